# ruff: noqa: RUF001 - people write in their own scripts
"""What the made-up people say on Mastodon: with hashtags, addresses and paragraphs, in the language of their country.

A hashtag is written `#tag` and an address in full; an empty line parts paragraphs. `sandbox_html` makes them HTML.
"""

from typing import NamedTuple

from connectors.seed.timeline import Event


class Tongue(NamedTuple):
    """A language (ISO 639-1) and what is said in it; `{company}`, `{city}` and `{domain}` are the speaker's own."""

    code: str
    phrases: tuple[str, ...]


_GERMAN = (
    "Neue Stelle bei {company} in {city}: Wir suchen jemanden für die Buchhaltung.\n\n#hiring #{city}",
    "Heute im Café gearbeitet, drei Tassen, null Meetings ☕ #coffee #remote",
    "Wer hat Erfahrung mit Zeitzonen & Rechnungen? Frage für eine Freundin … #timezones",
    "Unser Werkzeug ist jetzt quelloffen:\nhttps://code.{domain}/werkzeug/readme\n\n#opensource",
    "Nebel über {city}. Sonst nichts Neues.",
)
_ENGLISH = (
    "Day 12 of moving everything to UTC. Morale is low, offsets are zero. #timezones #opensource",
    "How we answer mail in an hour:\n\nhttps://blog.{domain}/2026/answers-in-an-hour\n\nAsk us. #support #startup",
    "If your form says <required> & means it, say why. #accessibility #design",
    "Third coffee, first green build. #coffee #buildinpublic",
    'Anybody going to the meetup in {city} next week? Bring "good" questions and a jumper. #{city}',
    "Quiet morning, long walk, no laptop 🌿",
)
_TONGUES = {
    "DE": Tongue("de", _GERMAN),
    "CH": Tongue("de", (*_GERMAN, "Znüni mit dem ganzen Team von {company} 🥐 #coffee")),
    "GB": Tongue("en", _ENGLISH),
    "US": Tongue("en", _ENGLISH),
    "AU": Tongue("en", (*_ENGLISH, "Magpie season in {city}. Wear a helmet on your ride to work 🚲 #cycling")),
    "NG": Tongue(
        "en",
        (
            "{company} is hiring two engineers in {city}. We pay on time, we go home on time.\n\n#hiring #startup",
            "Generator on, laptop charged, invoices sent. E don do 😅 #remote",
            "My small guide to receiving payments from abroad: https://{domain}/guides/payments #startup",
            "Puff-puff and coffee, best debugging team in {city} #coffee",
        ),
    ),
    "FR": Tongue(
        "fr",
        (
            "Petit déjeuner d'équipe à {city}, on a parlé de tout sauf de travail ☕ #coffee",
            "Chez {company}, on publie nos outils sous licence libre :\nhttps://libre.{domain}/outils\n\n#opensource",
            "« Ça marche chez moi » n'est pas une réponse. #support",
            "On recrute à {city} ! Venez comme vous êtes. #hiring",
        ),
    ),
    "JP": Tongue(
        "ja",
        (
            "今日の{city}は快晴。散歩しながら設計を考えました。 #散歩",
            "{company}で一緒に働きませんか？\n\nhttps://jobs.{domain}/ja\n\n#hiring",
            "コーヒーを淹れて、朝のレビュー。 #coffee",
            "タイムゾーンの不具合をやっと直しました🎉 #timezones",
        ),
    ),
    "BR": Tongue(
        "pt",
        (
            "Café coado, código limpo. Bom dia, {city}! #coffee",
            "A {company} abriu vagas remotas: https://vagas.{domain}/2026 #hiring #remote",
            "Hoje aprendi: nota fiscal também tem fuso horário 🤯 #timezones",
            "Acessibilidade não é enfeite.\n\nÉ o mínimo. #accessibility",
        ),
    ),
    "IN": Tongue(
        "hi",
        (
            "{city} में चाय और कोड, दोनों गरम हैं ☕ #coffee",
            "{company} में नई भर्ती: https://{domain}/jobs #hiring",
            "ग्राहक ने धन्यवाद लिखा। दिन बन गया 🙏 #support",
            "आज छुट्टी है, फ़ोन बंद।",
        ),
    ),
    "PL": Tongue(
        "pl",
        (
            "W {company} szukamy kogoś, kto lubi arkusze bardziej niż my. #hiring",
            "Kawa, deszcz, {city}. Idealny dzień na testy. #coffee",
            "Nasz kod jest już otwarty:\nhttps://kod.{domain}/start #opensource",
            "Źle ustawiona strefa czasowa = faktura z przyszłości 😬 #timezones",
        ),
    ),
    "SE": Tongue(
        "sv",
        (
            "Fredagsfika på {company}, kanelbullar åt alla ☕ #coffee #fika",
            "Vi söker två nya kollegor i {city}: https://jobb.{domain}/team #hiring",
            "Årets första kvällspromenad utan halka ❄️ #{city}",
            "Öppen källkod är lagarbete. #opensource",
        ),
    ),
    "MX": Tongue(
        "es",
        (
            "¿Quién más madruga en {city}? Café de olla y correos ☕ #coffee",
            "En {company} buscamos a alguien para atención al cliente. #hiring #support",
            "Escribimos una guía de accesibilidad:\nhttps://{domain}/guia/accesibilidad\n\n#accessibility",
            "El mejor código es el que no escribiste. #design",
        ),
    ),
    "TR": Tongue(
        "tr",
        (
            "{city} sabahı, çay demli, kodlar yeşil ✅ #buildinpublic",
            "{company} ekibine yeni arkadaşlar arıyoruz: https://{domain}/kariyer #hiring",
            "Kahve molası uzadı, fikirler güzelleşti ☕ #coffee",
            "Açık kaynak bir alışkanlıktır. #opensource",
        ),
    ),
}
_WARNINGS = ("food", "work", "long")


class Said(NamedTuple):
    """A post before it is HTML: its text, the warning that stands before it, and its language."""

    text: str
    warning: str
    language: str


def said(event: Event) -> Said:
    """What the person said then; the same every time. One post in twelve hides behind a warning."""
    draw, person = event.draw(), event.person
    tongue = _TONGUES[person.country.code]
    city = person.city.name
    text = draw.choice(tongue.phrases).replace("#{city}", "#" + city.replace(" ", ""))
    text = text.format(company=person.company, city=city, domain=person.email.partition("@")[2])
    return Said(text, draw.choice(_WARNINGS) if draw.randrange(12) == 0 else "", tongue.code)
