"""The imitated Jira's bodies: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from connectors.jira.sandbox_tracker import Filed, Project
from connectors.jira.sandbox_users import User, Users

Body = dict[str, object]

_SIZES = ("16x16", "24x24", "32x32", "48x48")
_KINDS = {"Task": "10002", "Bug": "10004", "Story": "10001", "Epic": "10000"}
_PRIORITIES = {"Highest": "1", "High": "2", "Medium": "3", "Low": "4"}
_NEW = {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"}
_UNDER_WAY = {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"}
_DONE = {"id": 3, "key": "done", "colorName": "green", "name": "Done"}
_STATUSES: Mapping[str, tuple[str, Body]] = {
    "To Do": ("10000", _NEW),
    "In Progress": ("3", _UNDER_WAY),
    "In Review": ("10001", _UNDER_WAY),
    "Done": ("10002", _DONE),
}
ALL = ("*all", "*navigable")
KINDS = tuple(_KINDS)


class Bodies:
    """`api` is the address of the API, without a slash at its end."""

    def __init__(self, users: Users, api: str) -> None:
        self._users = users
        self._api = api
        self._fields: Mapping[str, Callable[[Filed], object]] = {
            "summary": lambda filed: filed.summary,
            "description": lambda filed: filed.description,
            "issuetype": lambda filed: self._named("issuetype", filed.kind, _KINDS[filed.kind]) | {"subtask": False},
            "project": lambda filed: self._project(filed.project),
            "status": lambda filed: self._status(filed.status),
            "priority": lambda filed: self._named("priority", filed.priority, _PRIORITIES[filed.priority]),
            "labels": lambda filed: filed.labels,
            "reporter": lambda filed: self.account(filed.reporter),
            "creator": lambda filed: self.account(filed.creator),
            "assignee": lambda filed: self.account(filed.assignee),
            "created": lambda filed: instant(filed.created_at),
            "updated": lambda filed: instant(filed.updated_at),
            "resolution": lambda filed: self._named("resolution", "Done", "10000") if filed.status == "Done" else None,
            "duedate": lambda _: None,
        }

    def reference(self, filed: Filed) -> Body:
        """An issue without any of its fields."""
        return {"id": str(filed.id), "key": filed.key, "self": f"{self._api}/issue/{filed.id}"}

    def issue(self, filed: Filed, fields: Iterable[str], properties: Iterable[str] = ()) -> Body:
        """The fields of these names, and those of these properties that the issue has."""
        chosen = self._chosen([name for names in fields for name in names.split(",")])
        body: Body = {"expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields"}
        body |= self.reference(filed)
        if chosen:
            body["fields"] = {name: self._fields[name](filed) for name in chosen}
        asked = list(properties)
        if asked:
            body["properties"] = {name: filed.properties[name] for name in asked if name in filed.properties}
        return body

    def account(self, account_id: str | None) -> Body | None:
        """A user, by id; null for nobody."""
        user = self._users.find(account_id) if account_id else None
        return self.user(user) if user else None

    def user(self, user: User) -> Body:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/."""
        picture = f"https://secure.gravatar.com/avatar/{user.account_id}?d=identicon"
        return {
            "self": f"{self._api}/user?accountId={user.account_id}",
            "accountId": user.account_id,
            "accountType": "atlassian",
            "active": True,
            "avatarUrls": {size: f"{picture}&s={size.partition('x')[0]}" for size in _SIZES},
            "displayName": user.name,
            "emailAddress": user.email,
            "timeZone": "Europe/Oslo",
        }

    def _chosen(self, names: list[str]) -> list[str]:
        kept = set(self._fields) if set(names) & set(ALL) else set(names)
        kept -= {name.removeprefix("-") for name in names if name.startswith("-")}
        return [name for name in self._fields if name in kept]

    def _named(self, kind: str, name: str, id: str) -> Body:
        return {"self": f"{self._api}/{kind}/{id}", "id": id, "name": name}

    def _project(self, project: Project) -> Body:
        named = self._named("project", project.name, project.id)
        return named | {"key": project.key, "projectTypeKey": "software", "simplified": False}

    def _status(self, name: str) -> Body:
        id, category = _STATUSES[name]
        linked = {"self": f"{self._api}/statuscategory/{category['id']}"} | category
        return self._named("status", name, id) | {"description": "", "statusCategory": linked}


def instant(at: datetime) -> str:
    """As Jira writes it: to the millisecond, with an offset that has no colon; `at` is in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"
