"""The imitated Zendesk's bodies, whole: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/."""

from datetime import datetime

from connectors.zendesk.sandbox_desk import Filed
from connectors.zendesk.sandbox_users import User

Body = dict[str, object]

_BRAND = 360002345678
_GROUPS = {"invoice": 360001234567, "refund": 360001234567}
_SUPPORT = 360001234568
_CUSTOM_STATUS = {"new": 1, "open": 2, "pending": 3, "hold": 4, "solved": 5, "closed": 5}


def ticket(filed: Filed, api: str) -> Body:
    """`api` is the address that the API is found at."""
    source: Body = {"from": {}, "to": {}, "rel": None}
    return {
        "url": f"{api}/tickets/{filed.id}.json",
        "id": filed.id,
        "external_id": None,
        "via": {"channel": filed.channel, "source": source},
        "created_at": instant(filed.created_at),
        "updated_at": instant(filed.updated_at),
        "generated_timestamp": int(filed.updated_at.timestamp()),
        "type": filed.kind,
        "subject": filed.subject,
        "raw_subject": filed.subject,
        "description": filed.text,
        "priority": filed.priority,
        "status": filed.status,
        "recipient": None,
        "requester_id": filed.requester,
        "submitter_id": filed.requester,
        "assignee_id": filed.assignee,
        "organization_id": None,
        "group_id": _GROUPS.get(filed.tags[0], _SUPPORT) if filed.tags else _SUPPORT,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": list(filed.tags),
        "custom_fields": [],
        "satisfaction_rating": None,
        "sharing_agreement_ids": [],
        "custom_status_id": _CUSTOM_STATUS[filed.status],
        "fields": [],
        "followup_ids": [],
        "brand_id": _BRAND,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": filed.channel == "native_messaging",
    }


def user(one: User, api: str) -> Body:
    """https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format, less what accounts add to it."""
    return {
        "id": one.id,
        "url": f"{api}/users/{one.id}.json",
        "name": one.name,
        "email": one.email,
        "created_at": instant(one.created_at),
        "updated_at": instant(one.created_at),
        "time_zone": "Europe/Copenhagen",
        "iana_time_zone": "Europe/Copenhagen",
        "phone": None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": None,
        "role": one.role,
        "verified": True,
        "external_id": None,
        "tags": [],
        "alias": "",
        "active": True,
        "shared": False,
        "shared_agent": False,
        "suspended": False,
        "default_group_id": _SUPPORT if one.role == "agent" else None,
        "user_fields": {},
    }


def audit(filed: Filed) -> Body:
    """The first of a ticket: https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/."""
    comment = {
        "id": filed.id * 1000 + 1,
        "type": "Comment",
        "author_id": filed.requester,
        "body": filed.text,
        "public": True,
    }
    return {
        "id": filed.id * 1000,
        "ticket_id": filed.id,
        "created_at": instant(filed.created_at),
        "author_id": filed.requester,
        "metadata": {"system": {}, "custom": {}},
        "events": [comment],
    }


def instant(at: datetime) -> str:
    """ISO 8601 to the second; `at` is in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
