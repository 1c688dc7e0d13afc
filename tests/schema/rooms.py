"""A chat service for tests, and channels and messages made up for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.domain.answers import Answers
from connectors.domain.chat import Channel, ChannelMessagesAsked, Message, MessagesAsked
from connectors.domain.code import HostPage, HostSlice
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.service import Service
from tests.schema.fakes import Fake
from tests.schema.nouns import ago, listed

GENERAL = Channel(service=Service.SLACK, external_id="C1", name="general", topic="Everything", members=7)
BARE = Channel(service=Service.SLACK, external_id="C2", name="bare", topic=None, members=None)


def message(
    id: str, hours: float = 0, *, by: str = "ada", channel: str = "C1", service: Service = Service.SLACK
) -> Message:
    return Message(
        service=service,
        external_id=id,
        channel=channel,
        author=by,
        text=f"Said {id}",
        created_at=ago(hours),
        url=f"https://chat.example/{id}",
    )


@dataclass
class Rooms(Fake):
    """A `ChatSource`. Messages name their author by the customer's id, and their channel by its id."""

    service: Service = Service.SLACK
    places: Sequence[Channel] = ()
    said: Sequence[Message] = ()
    members: Mapping[str, str] = field(default_factory=dict)

    @property
    def offer(self) -> Offer:
        return Offer(chat=self)

    async def channels(self, asked: Sequence[HostPage]) -> Answers[HostPage, HostSlice[Channel]]:
        return self.answers("channels", asked, self._page)

    async def messages(self, asked: Sequence[MessagesAsked]) -> Answers[MessagesAsked, Slice[Message]]:
        return self.answers("messages", asked, self._theirs, lambda one: self.known(one.ref))

    async def channel_messages(
        self, asked: Sequence[ChannelMessagesAsked]
    ) -> Answers[ChannelMessagesAsked, Slice[Message]]:
        return self.answers("channel_messages", asked, self._there, lambda one: one.channel)

    async def messages_by_id(self, ids: Sequence[str]) -> Answers[str, Message | None]:
        return self.named("messages_by_id", ids, self.said)

    async def members_by_email(self, emails: Sequence[str]) -> Answers[str, str | None]:
        return self.answers("members_by_email", emails, self.members.get)

    def _page(self, page: HostPage) -> HostSlice[Channel]:
        start = int(page.after or 0)
        shown = tuple(self.places[start : start + page.first])
        cursors = tuple(str(start + number) for number in range(1, len(shown) + 1))
        return HostSlice(shown, cursors, start + page.first < len(self.places))

    def _theirs(self, asked: MessagesAsked) -> Slice[Message]:
        return listed((one for one in self.said if one.author == self.known(asked.ref)), asked.page, self.seen)

    def _there(self, asked: ChannelMessagesAsked) -> Slice[Message]:
        return listed((one for one in self.said if one.channel == asked.channel), asked.page, self.seen)
