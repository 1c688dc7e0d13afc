"""What Slack's words for a failure mean: https://docs.slack.dev/apis/web-api/#evaluating_responses.

A failure is told inside of an answer that HTTP calls right, by a word of the method's own list.
"""

from http import HTTPStatus

import msgspec

from connectors.domain.errors import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.slack.wire import Answer
from connectors.transport.quota_body import TOLD, Said

_PAUSED = frozenset({"ratelimited", "rate_limited"})
_PAUSE = 30.0  # seconds, where no Retry-After says it: as in https://docs.slack.dev/apis/web-api/rate-limits/
_THROTTLED = _PAUSED | {"message_limit_exceeded"}
_CREDENTIALS = frozenset(
    "not_authed invalid_auth account_inactive token_revoked token_expired no_permission missing_scope "
    "not_allowed_token_type org_login_required ekm_access_denied access_denied two_factor_setup_required "
    "team_access_not_granted enterprise_is_restricted restricted_action".split()
)
_PASSING = frozenset("internal_error fatal_error service_unavailable request_timeout team_added_to_org".split())
_NOT_FOUND = frozenset("channel_not_found user_not_found users_not_found user_not_visible message_not_found".split())
_MEANT = {
    "channel_not_found": "there is no such channel, or the bot may not see it",
    "not_in_channel": "the bot is not in this channel",
    "is_archived": "the channel is archived",
    "no_text": "there is nothing to say",
    "msg_too_long": "the text is too long",
}


def meaning(body: bytes) -> Said | None:
    """What HTTP should have called an answer. None for one that is `ok`, or cannot be read: others will say so."""
    try:
        answer = msgspec.json.decode(body, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if answer.ok:
        return None
    if answer.error in _PAUSED:
        return Said(refused=_PAUSE)
    return Said(status=HTTPStatus.SERVICE_UNAVAILABLE if answer.error in _PASSING else TOLD)


def failure(answer: Answer) -> ConnectorError:
    """The error that an answer is which is not `ok`."""
    word = answer.error or "unknown_error"
    if word in _THROTTLED:
        return RateLimited(Service.SLACK)
    if word in _CREDENTIALS:
        missing = f"; it lacks the scope {answer.needed}" if answer.needed else ""
        return Unauthorized(Service.SLACK, f"SLACK does not accept our token ({word}){missing}")
    if word in _PASSING:
        return Unavailable(Service.SLACK, f"SLACK answered {word}")
    status = HTTPStatus.NOT_FOUND if word in _NOT_FOUND else HTTPStatus.BAD_REQUEST
    meant = f": {_MEANT[word]}" if word in _MEANT else ""
    return Rejected(Service.SLACK, status, f"SLACK answered {word}{meant}")
