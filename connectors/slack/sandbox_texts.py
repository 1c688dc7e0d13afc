"""What is said in the imitated workspace, in Slack's own markup."""

from random import Random

from connectors.seed.people import Person

_ENGLISH = (
    "Morning all! Does anybody in {city} see slow exports today?",
    "We just rolled out to {number} people at {company} :tada: smooth so far",
    "Is there a way to pin a dashboard for the *whole* team?",
    "Found it: <https://docs.imitation.example/limits|the page on limits> answers everything",
    "Numbers look right again &amp; the alert is gone. Thanks!",
    "if p95 &lt; 200 ms we are happy, right?",
    "Could we get a heads-up before the next migration?",
)
_GERMAN = (
    "Guten Morgen aus {city}! Weiß jemand, ob der Export heute langsamer ist?",
    "Bei {company} läuft der neue Bericht jetzt für {number} Leute, großartig",
    "Gibt es das auch auf Deutsch? <https://docs.imitation.example/de>",
)
_FRENCH = (
    "Bonjour à tous, quelqu'un à {city} a-t-il réussi la migration ?",
    "Chez {company} on attend le filtre par équipe avec impatience :pray:",
    "C'est réglé, merci &amp; bon week-end !",
)
_JAPANESE = (
    "おはようございます。{company}です。今朝から通知が遅れています。",
    "{number}名で試しています。とても使いやすいです :clap:",
)
_PORTUGUESE = (
    "Bom dia! Aqui em {city} tudo funcionando de novo 🙌",
    "Alguém da {company} já testou o novo painel?",
)
_POLISH = (
    "Dzień dobry! Czy ktoś w {city} ma ten sam błąd co my?",
    "W {company} wdrożyliśmy to dla {number} osób, działa świetnie",
)
_SWEDISH = (
    "Hej! Översikten är snabb igen här i {city}",
    "Vi på {company} önskar oss påminnelser på svenska :flag-se:",
)
_SPANISH = (
    "¡Buenas! ¿Alguien en {city} con el reporte vacío?",
    "En {company} ya somos {number} usuarios, gracias por el apoyo",
)
_TURKISH = (
    "Merhaba, {city} ofisinde her şey yolunda :+1:",
    "{company} olarak yeni sürümü çok beğendik",
)
_SAID = {
    "DE": _GERMAN,
    "FR": _FRENCH,
    "JP": _JAPANESE,
    "BR": _PORTUGUESE,
    "PL": _POLISH,
    "SE": _SWEDISH,
    "MX": _SPANISH,
    "TR": _TURKISH,
    "CH": _GERMAN + _FRENCH,
}
_ANSWERS = (
    "<@{user}> thanks for the report, we are on it",
    "<@{user}> shipped this morning, see <https://status.imitation.example>",
    "Good point <@{user}>! I'll take it to the product team",
    "<!here> maintenance on Thursday at 06:00 UTC, {number} minutes at most",
)


def said(person: Person, draw: Random) -> str:
    """What this person says, as chance has it."""
    known = {"company": person.company, "city": person.city.name, "number": draw.randrange(5, 90)}
    return draw.choice(_SAID.get(person.country.code, _ENGLISH)).format_map(known)


def answered(user: str, draw: Random) -> str:
    """What one of our own says to a user."""
    return draw.choice(_ANSWERS).format_map({"user": user, "number": draw.randrange(5, 45)})
