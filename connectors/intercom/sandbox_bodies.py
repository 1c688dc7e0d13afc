"""The imitated Intercom's bodies, whole: https://developers.intercom.com/docs/references/rest-api/ (2.15)."""

from random import Random

from connectors.intercom.sandbox_inbox import Talk
from connectors.intercom.sandbox_people import ADMINS, Admin, Contact
from connectors.intercom.sandbox_texts import answer

Body = dict[str, object]

WORKSPACE = "im1tat10"
TEAM = 5_017_691
MESSAGES = 403_900_000_000
_BY_ID = {admin.id: admin for admin in ADMINS}


def conversation(talk: Talk) -> Body:
    """As lists show it; nothing is known of ratings, agreements and robots here."""
    contact = talk.contact
    return {
        "type": "conversation",
        "id": str(talk.id),
        "title": talk.title,
        "created_at": talk.created_at,
        "updated_at": talk.updated_at,
        "waiting_since": talk.created_at if talk.state == "open" else None,
        "snoozed_until": talk.snoozed_until,
        "source": {
            "type": talk.source,
            "id": str(MESSAGES + talk.id),
            "delivered_as": "customer_initiated",
            "subject": talk.subject,
            "body": talk.body,
            "author": _author("user", contact.id, contact.name, contact.email),
            "attachments": [],
            "url": None,
            "redacted": False,
        },
        "contacts": {
            "type": "contact.list",
            "contacts": [{"type": "contact", "id": contact.id, "external_id": contact.external_id}],
        },
        "first_contact_reply": {"created_at": talk.created_at, "type": talk.source, "url": None},
        "admin_assignee_id": talk.assignee,
        "team_assignee_id": TEAM if talk.assignee else None,
        "open": talk.state != "closed",
        "state": talk.state,
        "read": talk.read,
        "tags": {"type": "tag.list", "tags": []},
        "priority": "priority" if talk.priority else "not_priority",
        "sla_applied": None,
        "statistics": None,
        "conversation_rating": None,
        "teammates": {"type": "admin.list", "teammates": _teammates(talk)},
        "custom_attributes": {},
        "topics": {},
        "ticket": None,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent": None,
        "ai_agent_participated": False,
    }


def whole(talk: Talk) -> Body:
    """As it is retrieved, with what teammates answered."""
    parts = [_part(talk, _BY_ID[talk.assignee])] if talk.assignee else []
    listed = {"type": "conversation_part.list", "conversation_parts": parts, "total_count": len(parts)}
    return conversation(talk) | {"conversation_parts": listed}


def message(talk: Talk) -> Body:
    """What a new conversation begins with, which is the answer to its creation."""
    return {
        "type": "user_message",
        "id": str(MESSAGES + talk.id),
        "created_at": talk.created_at,
        "body": talk.body,
        "message_type": "inapp",
        "conversation_id": str(talk.id),
    }


def contact(one: Contact, api: str) -> Body:
    """`api` is the address that the API is found at. Of browsers and telephones nothing is known here."""
    here = f"{api}/contacts/{one.id}"
    return {
        "type": "contact",
        "id": one.id,
        "workspace_id": WORKSPACE,
        "external_id": one.external_id,
        "role": one.role,
        "email": one.email,
        "email_domain": one.email.rpartition("@")[2],
        "phone": None,
        "name": one.name,
        "owner_id": None,
        "has_hard_bounced": False,
        "marked_email_as_spam": False,
        "unsubscribed_from_emails": False,
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "signed_up_at": one.created_at,
        "last_seen_at": None,
        "last_replied_at": None,
        "last_contacted_at": None,
        "custom_attributes": {},
        "avatar": None,
        "tags": _nothing(f"{here}/tags"),
        "notes": _nothing(f"{here}/notes"),
        "companies": _nothing(f"{here}/companies"),
        "location": {"type": "location", "country": one.country, "region": None, "city": one.city},
        "social_profiles": {"data": []},
    }


def admins() -> Body:
    """All teammates."""
    return {"type": "admin.list", "admins": [_admin(admin) for admin in ADMINS]}


def _admin(admin: Admin) -> Body:
    return {
        "type": "admin",
        "id": str(admin.id),
        "name": admin.name,
        "email": admin.email,
        "job_title": admin.title,
        "away_mode_enabled": False,
        "away_mode_reassign": False,
        "has_inbox_seat": True,
        "team_ids": [TEAM],
    }


def _part(talk: Talk, admin: Admin) -> Body:
    return {
        "type": "conversation_part",
        "id": str(MESSAGES + talk.id * 2 + 1),
        "part_type": "comment",
        "body": answer(Random(talk.id)),  # noqa: S311 - made-up answers, not secrets
        "created_at": talk.updated_at,
        "updated_at": talk.updated_at,
        "notified_at": talk.updated_at,
        "assigned_to": None,
        "author": _author("admin", str(admin.id), admin.name, admin.email),
        "attachments": [],
        "external_id": None,
        "redacted": False,
        "email_message_metadata": None,
        "state": talk.state,
        "tags": [],
        "event_details": None,
        "app_package_code": None,
    }


def _teammates(talk: Talk) -> list[Body]:
    return [{"type": "admin", "id": str(talk.assignee)}] if talk.assignee else []


def _author(kind: str, id: str, name: str | None, email: str) -> Body:
    return {"type": kind, "id": id, "name": name, "email": email}


def _nothing(url: str) -> Body:
    return {"type": "list", "data": [], "url": url, "total_count": 0, "has_more": False}
