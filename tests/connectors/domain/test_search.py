from collections.abc import Sequence

from connectors.domain.answers import Answers
from connectors.domain.search import Searches, SearchKind, Stretch, TextAsked
from connectors.domain.social import Post
from connectors.domain.tickets import Ticket


async def tickets(asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Ticket]]:
    return dict.fromkeys(asked, Stretch())


async def posts(asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Post]]:
    return dict.fromkeys(asked, Stretch())


def test_a_service_searches_for_what_it_has_in_the_order_of_the_kinds() -> None:
    found = dict(Searches(post=posts, ticket=tickets))
    assert list(found) == [SearchKind.TICKET, SearchKind.POST]
    assert found[SearchKind.POST] is posts
    assert list(Searches()) == []


def test_there_is_a_line_for_every_kind() -> None:
    assert list(Searches.__dataclass_fields__) == [*(kind.value for kind in SearchKind), "newest_first"]
