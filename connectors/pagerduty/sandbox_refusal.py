"""How the imitated PagerDuty says no: https://developer.pagerduty.com/docs/errors."""

from connectors.sandbox import reply


class Refusal(Exception):
    """An error that PagerDuty would answer, with a code of its own."""

    def __init__(self, status: int, code: int, message: str, *details: str) -> None:
        super().__init__(message)
        error: dict[str, object] = {"message": message, "code": code}
        self.reply = reply({"error": error | ({"errors": details} if details else {})}, status)


def invalid(why: str) -> Refusal:
    """A parameter that is not what it should be."""
    return Refusal(400, 2001, "Invalid Input Provided", why)
