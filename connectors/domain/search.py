"""Text search, as a source of one noun answers it: https://docs.github.com/en/rest/search is a typical one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextAsked:
    """The best `first` matches for `text`, in the source's own order; `first` counts from the best one."""

    text: str
    first: int
