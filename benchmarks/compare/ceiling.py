"""The same answers written by hand, without GraphQL: what Python can do. `uvicorn benchmarks.compare.ceiling:app`.

It reads the body, tells by a word which of the two queries it is, and has the connector of `benchmarks.posts`.
"""

import os
from contextlib import AsyncExitStack
from typing import Any

import msgspec
from starlette.types import Message, Receive, Scope, Send

from benchmarks.posts_api import Api, Post, User, open_api


class Asked(msgspec.Struct):
    """The body of a request."""

    query: str
    variables: dict[str, Any] | None = None


_asked = msgspec.json.Decoder(Asked)
_encoder = msgspec.json.Encoder()
_JSON = (b"content-type", b"application/json")


class App:
    """Raw ASGI."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._stack = AsyncExitStack()
        self._api: Api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        asked = _asked.decode((await receive())["body"])
        data = await self._posts() if "posts" in asked.query else {"greet": "Hello"}
        body = _encoder.encode({"data": data})
        headers = [_JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _posts(self) -> dict[str, Any]:
        posts = await self._api.posts()
        ids = list({post.user_id: None for post in posts})
        users = await self._api.users(ids)
        written = {number: _user(user) for number, user in zip(ids, users, strict=True)}
        return {"posts": [_post(post, written[post.user_id]) for post in posts]}

    async def _live(self, receive: Receive, send: Send) -> None:
        """https://asgi.readthedocs.io/en/latest/specs/lifespan.html: each message is answered when it is done."""
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                self._api = await self._stack.enter_async_context(open_api(self._base))
            else:
                await self._stack.aclose()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def _post(post: Post, user: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": post.id, "userId": post.user_id, "title": post.title, "user": user}


def _user(user: User | None) -> dict[str, Any] | None:
    return None if user is None else {"id": user.id, "name": user.name, "email": user.email}


app = App(os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9000"))
