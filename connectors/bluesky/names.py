"""How accounts and posts are named: https://atproto.com/specs/did, /handle and /at-uri-scheme.

One name that is not spelled like one makes Bluesky refuse the whole list that it is in, so they are told apart here.
"""

import re

_DID = r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
_HANDLE = r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ACTOR = re.compile(f"{_DID}|{_HANDLE}")
_POST = re.compile(rf"at://(?P<did>{_DID})/app\.bsky\.feed\.post/(?P<rkey>[a-zA-Z0-9._:~-]{{1,512}})")
_LOST = "handle.invalid"  # stands for a handle that no longer leads to its account


def is_actor(name: str) -> bool:
    """Whether `name` is spelled like a DID or a handle, and means somebody."""
    return _ACTOR.fullmatch(name) is not None and name.lower() != _LOST


def is_post(uri: str) -> bool:
    """Whether `uri` is spelled like that of a post, with the author's DID."""
    return _POST.fullmatch(uri) is not None


def profile_url(did: str, handle: str) -> str:
    """Where an account is seen on the web; by its DID where the handle is lost."""
    return f"https://bsky.app/profile/{did if handle == _LOST else handle}"


def post_url(uri: str, did: str, handle: str) -> str:
    """Where a post is seen on the web; `uri` ends with its record key."""
    return f"{profile_url(did, handle)}/post/{uri.rpartition('/')[2]}"
