"""Strawberry with its own ASGI view, aiodataloader and httpx: `uvicorn benchmarks.compare.stock:app`."""

import os
from typing import Any

import httpx
import strawberry
from aiodataloader import DataLoader
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

client = httpx.AsyncClient(base_url=os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9000"))


@strawberry.type
class User:
    """Who wrote posts."""

    id: int
    name: str
    email: str


async def load_users(ids: list[int]) -> list[User | None]:
    """One call."""
    response = await client.get("/users", params={"id": ids})
    users = {user["id"]: User(id=user["id"], name=user["name"], email=user["email"]) for user in response.json()}
    return [users.get(number) for number in ids]


@strawberry.type
class Post:
    """Something written."""

    id: int
    user_id: int
    title: str

    @strawberry.field
    async def user(self, info: strawberry.Info) -> User | None:
        """Who wrote it."""
        found: User | None = await info.context["users"].load(self.user_id)
        return found


@strawberry.type
class Query:
    """Where operations begin."""

    @strawberry.field
    async def posts(self, nonce: int = 0) -> list[Post]:  # noqa: ARG002 - tells operations apart
        """All of them."""
        response = await client.get("/posts")
        return [Post(id=post["id"], user_id=post["userId"], title=post["title"]) for post in response.json()]

    @strawberry.field
    def greet(self) -> str:
        """Without any upstream."""
        return "Hello"


class App(GraphQL[dict[str, Any], None]):
    """With loaders that live for one operation."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        """What one operation is given."""
        return {"request": request, "response": response, "users": DataLoader(load_users)}


app = App(strawberry.Schema(Query))
