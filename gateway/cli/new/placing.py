"""From the copy into the checkout: all of it, or nothing."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path


def place(stage: Path, root: Path, folders: Sequence[str], edited: Sequence[str]) -> None:
    """Moves new folders and edited files to their places. What was done is undone where anything fails, Ctrl-C too."""
    undo: list[Callable[[], object]] = []
    try:
        for folder in folders:
            _check_free(root / folder)
            undo.append(_removal(root / folder))
            (stage / folder).rename(root / folder)
        for file in edited:
            undo.append(_return(root / file))
            (stage / file).replace(root / file)
    except BaseException:
        for step in reversed(undo):
            step()
        raise


def _check_free(folder: Path) -> None:
    """What has come into being meanwhile is not ours, and so not to be removed."""
    if folder.exists():
        raise FileExistsError(f"{folder} has come into being meanwhile")


def _removal(folder: Path) -> Callable[[], object]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)


def _return(file: Path) -> Callable[[], object]:
    before = file.read_bytes()
    return lambda: file.write_bytes(before)
