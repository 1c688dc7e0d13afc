"""Issues to be opened, and who opens them."""

from dataclasses import dataclass
from typing import Protocol

from connectors.domain.code import Issue


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue as it is asked for.

    `project` is what the tracker calls the place for it (Jira: "OPS"), `text` is plain, its paragraphs apart by an
    empty line, and `kind` is the name of one of the tracker's own types.
    """

    project: str
    title: str
    text: str | None
    labels: tuple[str, ...]
    kind: str = "Task"


class IssueDesk(Protocol):
    """A tracker in which issues can be opened."""

    async def create_issue(self, new: NewIssue, key: str) -> Issue:
        """Opens an issue, and not another one for the same `key` (1 to 64 of A-Z a-z 0-9 _ -), as far as it can tell.

        Raises ConnectorError: Rejected with the tracker's own message where it refuses the input.
        """
