"""All of it is put into the checkout, or nothing."""

from pathlib import Path

import pytest

from gateway.cli.new.placing import place


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """The copy with what is new, and the checkout with what was there."""
    stage, root = tmp_path / "stage", tmp_path / "root"
    for folder in (stage, root):
        folder.mkdir()
        (folder / "edited.txt").write_text(folder.name)
    (stage / "new").mkdir()
    (stage / "new" / "file.txt").write_text("new")
    return stage, root


def test_folders_and_files_are_moved_to_their_places(both: tuple[Path, Path]) -> None:
    stage, root = both
    place(stage, root, ["new"], ["edited.txt"])
    assert (root / "new" / "file.txt").read_text() == "new"
    assert (root / "edited.txt").read_text() == "stage"


def test_what_fails_in_the_middle_leaves_the_checkout_as_it_was(both: tuple[Path, Path]) -> None:
    stage, root = both
    (root / "other.txt").write_text("root")
    with pytest.raises(FileNotFoundError):
        place(stage, root, ["new"], ["edited.txt", "other.txt"])
    assert sorted(path.name for path in root.rglob("*")) == ["edited.txt", "other.txt"]
    assert {path.read_text() for path in root.iterdir()} == {"root"}


def test_a_folder_that_came_meanwhile_is_not_overwritten(both: tuple[Path, Path]) -> None:
    stage, root = both
    (root / "new").mkdir()
    (root / "new" / "theirs.txt").write_text("theirs")
    with pytest.raises(FileExistsError, match="meanwhile"):
        place(stage, root, ["new"], ["edited.txt"])
    assert (root / "new" / "theirs.txt").read_text() == "theirs"
    assert (root / "edited.txt").read_text() == "root"
