"""Batches of profiles and posts, over every social network."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.domain.errors import ConnectorError, NotConfigured
from connectors.domain.references import CustomerRef
from connectors.domain.social import Post, PostsAsked, Profile
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of one customer on the networks that answered, and the failures of those that did not."""

    items: tuple[Profile, ...]
    failures: tuple[ConnectorError, ...] = ()


async def profiles(sources: Sources, refs: Sequence[CustomerRef]) -> list[Profiles | ConnectorError]:
    """In the order of the networks."""
    answers = await asyncio.gather(*(source.profiles(refs) for source in sources.social.values()))
    return [_profiles([answer[ref] for answer in answers]) for ref in refs]


async def posts(sources: Sources, asked: Sequence[PostsAsked]) -> list[Found[Post] | ConnectorError]:
    """Newest first."""
    return await merged(sources.social, asked, lambda source, keys: source.posts(keys))


async def post_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Post | ConnectorError | None]:
    """None where there is no such post."""
    return await at(sources.social, keys, lambda source, ids: source.posts_by_id(ids))


def _profiles(answers: Sequence[Profile | ConnectorError | None]) -> Profiles | ConnectorError:
    failures = [answer for answer in answers if isinstance(answer, ConnectorError)]
    real = tuple(failure for failure in failures if not isinstance(failure, NotConfigured))
    if failures and len(failures) == len(answers):
        return (real or tuple(failures))[0]
    return Profiles(tuple(answer for answer in answers if isinstance(answer, Profile)), real)
