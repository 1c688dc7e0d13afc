"""What makes `dev` start its server again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
import watchfiles
from watchfiles import Change

from gateway.cli.reload import PACKAGES, ROOT, Reload

pytestmark = pytest.mark.usefixtures("bare")
Changes = set[tuple[Change, str]]


class Watched:
    """Stands in for the watching of folders, and keeps what it was asked to watch."""

    def __init__(self) -> None:
        self.folders: tuple[Path, ...] = ()
        self.looks: list[Changes] = []

    def __call__(self, *folders: Path, **_: object) -> Iterator[Changes]:
        self.folders = folders
        while True:
            yield self.looks.pop(0) if self.looks else set()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watch = Watched()
    monkeypatch.setattr(watchfiles, "watch", watch)
    return watch


def supervisor() -> Reload:
    config = uvicorn.Config("gateway.app:factory", factory=True, log_config=None, reload_delay=0)
    return Reload(config, target=lambda _: None, sockets=[])


def test_nothing_changes_nothing() -> None:
    assert supervisor().should_restart() == []


@pytest.mark.usefixtures("watched")
def test_a_new_a_changed_a_replaced_and_a_removed_env_file_are_changes() -> None:
    file, watching = Path(".env"), supervisor()
    file.write_text("A=1")
    assert watching.should_restart() == [file]
    assert watching.should_restart() == []
    file.write_text("A=2, and more")
    assert watching.should_restart() == [file]
    Path("other").write_text("A=3")
    Path("other").replace(file)
    assert watching.should_restart() == [file]
    file.unlink()
    assert watching.should_restart() == [file]
    assert watching.should_restart() == []


def test_changed_code_is_named_once(watched: Watched) -> None:
    watching = supervisor()
    watched.looks.append({(Change.modified, "/b.py"), (Change.added, "/a.py"), (Change.deleted, "/a.py")})
    assert watching.should_restart() == [Path("/a.py"), Path("/b.py")]


def test_our_packages_are_watched_and_not_the_folder_of_the_store(watched: Watched) -> None:
    supervisor().should_restart()
    assert set(watched.folders) == {ROOT / name for name in PACKAGES}
    assert all(folder.is_dir() for folder in watched.folders)


@pytest.mark.usefixtures("watched")
def test_it_ends_when_it_is_told_to() -> None:
    watching = supervisor()
    watching.should_exit.set()
    with pytest.raises(StopIteration):
        watching.should_restart()
