"""Another graph, served by `gateway` alone: posts and their users, read from an upstream at `UPSTREAM_URL`.

    UPSTREAM_URL=http://127.0.0.1:9000 uvicorn benchmarks.posts:app

`python -m benchmarks.posts_compare` measures it beside other servers.
"""

import os
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

import strawberry
from starlette.applications import Starlette
from starlette.types import ASGIApp

from benchmarks import posts_api
from benchmarks.posts_api import Api, open_api
from gateway.collection import settle
from gateway.execution.column_loader import ColumnLoader
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.hooks import NoHooks
from gateway.execution.limits import Limits
from gateway.execution.loading import loaded
from gateway.http.graphql import GraphQLEndpoint
from gateway.http.shortcut import Shortcut

GRAPHQL = "/graphql"


class Context:
    """Of one operation."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._users: ColumnLoader[int, posts_api.User | None] | None = None

    @property
    def users(self) -> "ColumnLoader[int, posts_api.User | None]":
        """Made where an operation asks for users."""
        if self._users is None:
            self._users = ColumnLoader(self.api.users)
        return self._users


Info = strawberry.Info[Context, None]


@strawberry.type
class User:
    """Who wrote posts."""

    id: int
    name: str
    email: str


@strawberry.type
class Post:
    """Something written. Its values are the connector's own, which have the same attributes."""

    id: int
    user_id: int
    title: str

    user: User | None = loaded("user_id", lambda context: context.users, graphql_type=User | None)


@strawberry.type
class Query:
    """Where operations begin."""

    @strawberry.field(graphql_type=list[Post])  # type: ignore[untyped-decorator]  # as above
    async def posts(self, info: Info, nonce: int = 0) -> list[posts_api.Post]:  # noqa: ARG002 - tells operations apart
        """All of them. Operations with different values of `nonce` differ, and are not answered as one."""
        return await info.context.api.posts()

    @strawberry.field
    def greet(self) -> str:
        """Without any upstream."""
        return "Hello"


class Public(NoHooks):
    """Everybody may see the same, so that identical queries under way are executed once."""

    def scope(self, context: object) -> Hashable:  # noqa: ARG002 - whoever asks
        """One for all."""
        return ""


class Backend:
    """The connector, while the process serves."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._api: Api | None = None

    @asynccontextmanager
    async def open(self, _: object) -> AsyncIterator[None]:
        """The lifespan of the application."""
        async with open_api(self._base) as self._api:
            settle()
            yield

    def context(self, seconds: float | None = None) -> Context:  # noqa: ARG002 - the upstream is never slow here
        """What one operation is given."""
        if self._api is None:
            raise RuntimeError("the application has to be started before it serves: its lifespan has not run")
        return Context(self._api)


def build_engine() -> Engine:
    """The graph, ready to be executed."""
    schema = strawberry.Schema(Query)
    limits = Limits()
    documents = Documents(schema._schema, limits)  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return Engine(schema, documents, limits=limits, hooks=Public())


def create_app(base: str) -> ASGIApp:
    """The application, with the upstream's address."""
    backend = Backend(base)
    endpoint = GraphQLEndpoint(build_engine(), backend.context)
    return Shortcut(Starlette(lifespan=backend.open), path=GRAPHQL, to=endpoint)


app = create_app(os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9000"))
