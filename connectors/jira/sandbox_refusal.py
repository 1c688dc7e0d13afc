"""How the imitated Jira says no: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes."""

from collections.abc import Mapping

from connectors.sandbox import reply


class Refusal(Exception):
    """An error that Jira would answer: messages about the whole, and one for each field."""

    def __init__(self, status: int, *messages: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(*messages)
        self.reply = reply({"errorMessages": messages, "errors": fields or {}}, status)


def unreadable() -> Refusal:
    """A body that does not fit its documentation, in any way."""
    return Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
