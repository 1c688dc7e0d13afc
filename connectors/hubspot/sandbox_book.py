"""The imitated account's deals: made up in time, and those that were opened since."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

from connectors.hubspot.sandbox_access import Clock
from connectors.hubspot.sandbox_account import CURRENCY, OWNERS, RENEWALS, SALES, STAGES
from connectors.hubspot.sandbox_rows import Row, instant
from connectors.seed.codes import DIGITS, Code
from connectors.seed.people import HUBSPOT_CONTACT, People, Person
from connectors.seed.timeline import Event, Timeline

HUBSPOT_DEAL = Code("3", DIGITS, 10)
EACH = 4  # deals of one buyer at most
DAYS = 500
BUYERS = 3  # one in so many contacts ever was offered something

_OPEN = timedelta(days=70)  # for which most deals stay open
_WORTH = {"JPY": 150, "INR": 83, "NGN": 1500, "TRY": 34, "SEK": 10, "MXN": 18, "BRL": 5, "PLN": 4}  # of a dollar
_NAMES = (
    "Annual licence - {company}",
    "{company}: {seats} extra seats",
    "Renewal {year} - {company}",
    "{company} - pilot in {city}",
)
_LOCAL = {
    "DE": ("Jahreslizenz - {company}", "{company}: Erweiterung um {seats} Plätze", "Verlängerung {year} - {company}"),
    "CH": ("Jahreslizenz - {company}", "{company} : {seats} licences", "Pilotprojekt {city} - {company}"),
    "FR": ("Licence annuelle - {company}", "Renouvellement {year} - {company}", "{company} : pilote à {city}"),
    "JP": ("{company} 年間ライセンス", "{company} 追加ユーザー{seats}名", "{company} {year}年度更新"),
    "BR": ("Licença anual - {company}", "Renovação {year} - {company}", "{company}: {seats} usuários adicionais"),
    "MX": ("Licencia anual - {company}", "Renovación {year} - {company}", "{company}: piloto en {city}"),
    "PL": ("Licencja roczna - {company}", "Odnowienie {year} - {company}"),
    "SE": ("Årslicens - {company}", "Förnyelse {year} - {company}", "{company}: {seats} nya platser"),
    "TR": ("{company} - yıllık lisans", "{company}: {seats} ek kullanıcı"),  # noqa: RUF001 - Turkish has a dotless i
}


class Book:
    """Who was offered what; deals that were opened are kept, everything else is computed."""

    def __init__(self, people: People, clock: Clock) -> None:
        """`clock` tells the time at which new deals are opened, in Unix seconds."""
        self._people = people
        self._clock = clock
        self._timeline = Timeline(people, "deal", each=EACH, days=DAYS, gap=2)
        self._made_up = people.count * EACH
        self._opened: list[Row] = []
        self._with: dict[str, list[Row]] = {}

    @property
    def now(self) -> datetime:
        """To the millisecond, and never before the latest of the made-up deals."""
        return max(datetime.fromtimestamp(int(self._clock() * 1000) / 1000, UTC), self._people.now)

    @property
    def count(self) -> int:
        """About how many deals there are."""
        return self._made_up // (2 * BUYERS) + len(self._opened)

    def find(self, id: str) -> Row | None:
        """The deal with this id."""
        number = HUBSPOT_DEAL.decode(id)
        if number is None:
            return None
        if number >= self._made_up:
            return self._opened[number - self._made_up] if number < self._made_up + len(self._opened) else None
        event = self._timeline.find(number)
        return _row(event, self._people.now) if event and _buys(event.person) else None

    def newest_first(self, contact: str | None = None, until: datetime | None = None) -> Iterator[Row]:
        """Those of one contact, or of everybody; what is younger than `until` is hardly made up."""
        opened = reversed(self._opened if contact is None else self._with.get(contact, []))
        for row in opened:
            if until is None or row.created_at <= until:
                yield row
        person = self._people.by_code(HUBSPOT_CONTACT, contact) if contact else None
        if contact and person is None:
            return
        events = self._timeline.events(self._slots(person, until))
        buying = (event for event in events if _buys(event.person) and (until is None or event.at <= until))
        yield from (_row(event, self._people.now) for event in buying)

    def open(self, properties: Mapping[str, str | None], contacts: Iterable[str]) -> Row:
        """A deal from now on, which every read has at once; at HubSpot, searches take some seconds."""
        now = self.now
        known = {"hs_lastmodifieddate": instant(now), "hs_merged_object_ids": None} | dict(properties)
        row = Row("0-3", HUBSPOT_DEAL.encode(self._made_up + len(self._opened)), now, known)
        self._opened.append(row)
        for contact in contacts:
            self._with.setdefault(contact, []).append(row)
        return row

    def _slots(self, person: Person | None, until: datetime | None) -> Iterable[int]:
        if person and not _buys(person):
            return ()
        return self._timeline.slots(person, min(until, self._people.now) if until else None)


def _buys(person: Person) -> bool:
    return person.number % BUYERS == 0


def _row(event: Event, now: datetime) -> Row:
    draw, person = event.draw(), event.person
    names = _LOCAL.get(person.country.code, _NAMES)
    name = draw.choice(names).format(
        company=person.company, city=person.city.name, seats=draw.randrange(2, 60), year=event.at.year + 1
    )
    pipeline = RENEWALS if draw.randrange(5) == 0 else SALES
    stage = _stage(draw, pipeline, now - event.at)
    dollars = draw.randrange(300, 60_000) * _WORTH.get(person.country.currency, 1)
    cents = 0 if person.country.currency == "JPY" else draw.choice((0, 0, 50, 99))
    priced = draw.randrange(9) > 0
    properties = {
        "dealname": name,
        "pipeline": pipeline,
        "dealstage": stage,
        "amount": f"{dollars}.{cents:02}" if cents else str(dollars),
        # An account's own currency may go without saying.
        "deal_currency_code": None if person.country.currency == CURRENCY else person.country.currency,
        "closedate": instant(event.at + timedelta(days=draw.randrange(5, 120), hours=draw.randrange(9))),
        "description": f"{person.name}, {person.city.name}",
        "hubspot_owner_id": draw.choice(OWNERS).id,
        "hs_lastmodifieddate": instant(event.at),
        "hs_merged_object_ids": None,
    }
    unknown: dict[str, str | None] = {} if priced else {"amount": None, "closedate": None}
    return Row("0-3", HUBSPOT_DEAL.encode(event.number), event.at, properties | unknown)


def _stage(draw: Random, pipeline: str, age: timedelta) -> str:
    """The last two of a pipeline are its ends: won and lost."""
    *steps, won, lost = STAGES[pipeline]
    if age < _OPEN or draw.randrange(12) == 0:
        return draw.choice(steps).id
    return (won if draw.random() < 0.6 else lost).id  # noqa: PLR2004 - three in five
