"""What the contract checks raise, and how they show what was sent."""

from typing import NamedTuple

SHOWN = 300  # characters of a value that an error repeats
MOST = 5  # mistakes that one violation tells


class Mistake(NamedTuple):
    """One thing that is wrong inside a body."""

    path: str  # `$.data[0].amount`
    wrong: str  # a sentence
    sent: object  # what stands at the path


class ContractViolation(AssertionError):
    """A request or a response that the vendor's published contract does not allow."""

    def __init__(self, operation: object, location: str, wrong: str, sent: object) -> None:
        super().__init__(f"{operation}: {location}: {wrong}\n  sent: {shown(sent)}")


class Uncompilable(ValueError):
    """A schema that cannot be turned into a validator: skipping it in silence would check nothing."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"schema at {where} cannot be compiled: {why}")


def violation(operation: object, location: str, found: list[Mistake]) -> ContractViolation:
    """The violation that tells these mistakes, of which there is at least one; what was sent is the first one's."""
    first, *more = found[:MOST]
    others = (each.wrong if each.path == first.path else f"{each.wrong} at `{each.path}`" for each in more)
    return ContractViolation(operation, f"{location} `{first.path}`", "; ".join([first.wrong, *others]), first.sent)


def shown(value: object) -> str:
    """The value as Python writes it, cut to `SHOWN` characters."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
