"""What the made-up people write into the Messenger, and what teammates answer."""

from html import escape
from random import Random
from typing import NamedTuple

from connectors.seed.people import Person


class Opening(NamedTuple):
    """What a conversation begins with; `title` is what a teammate would call it, paragraphs are in `text`.

    `{company}` and `{city}` are the contact's own, `{number}` is made up.
    """

    title: str
    text: tuple[str, ...]


_ENGLISH = (
    Opening("Seats for a new team", ("Hi there 👋", "Can we add {number} seats for the {city} team mid-month?")),
    Opening("Webhook signature mismatch", ("Our webhook endpoint rejects every delivery since noon.", "Same secret.")),
    Opening("Trial extension", ("Loving it so far! Could {company} get another week on the trial?",)),
    Opening("Slow dashboard", ("The dashboard takes ages to load from {city}.", "Is that a known thing?")),
    Opening("Purchase order", ("Where should we put our PO number {number} so that it shows on the invoice?",)),
    Opening("Rounding in the export", ("The totals in the CSV don't match the ones on screen <by a cent>.",)),
    Opening("Removing a colleague", ("Someone left {company} & still receives the weekly report. How do I stop it?",)),
)
_GERMAN = (
    Opening("Zusätzliche Nutzer", ("Guten Morgen,", "wir bräuchten ab sofort {number} weitere Zugänge für {city}.")),
    Opening("AVV angefragt", ("Hallo zusammen, wo finde ich den Auftragsverarbeitungsvertrag für {company}?",)),
    Opening("Bericht bleibt leer", ("Der Wochenbericht ist seit der Umstellung leer.", "Liegt das an uns?")),
    Opening("Kündigungsfrist", ("Bis wann müssten wir kündigen, falls wir nicht verlängern?",)),
)
_FRENCH = (
    Opening("Changement de RIB", ("Bonjour,", "nous avons changé de banque, où mettre à jour le RIB de {company} ?")),
    Opening("Lenteurs", ("C'est très lent depuis {city} ce matin.", "Est-ce général ?")),
    Opening("Ajout d'utilisateurs", ("Peut-on ajouter {number} personnes sans changer d'offre ?",)),
)
_JAPANESE = (
    Opening("席数の追加", ("お世話になっております。", "{company}です。席数を{number}名分追加したいのですが。")),
    Opening("通知メール", ("通知メールが届かなくなりました。", "設定は変えていません。")),
)
_PORTUGUESE = (
    Opening("Boleto vencido", ("Oi! O boleto {number} venceu ontem.", "Conseguem gerar outro para {company}?")),
    Opening("Integração parou", ("A integração parou de enviar dados hoje cedo em {city}.",)),
)
_POLISH = (
    Opening("Zmiana planu", ("Dzień dobry, chcielibyśmy przejść na plan roczny.", "Ile zapłaci {company}?")),
    Opening("Powolne raporty", ("Raporty ładują się ponad minutę. Czy to znany problem?",)),
)
_SWEDISH = (
    Opening("Fler licenser", ("Hej! Vi behöver {number} licenser till för kontoret i {city}.",)),
    Opening("Fel språk i mejlen", ("Utskicken kommer på engelska fast vi valt svenska.", "Går det att ändra?")),
)
_SPANISH = (
    Opening("Más usuarios", ("¡Hola! ¿Cómo agrego {number} usuarios para {company}?",)),
    Opening("Reporte sin datos", ("El reporte de {city} sale vacío desde ayer.", "¿Me ayudan?")),
)
_TURKISH = (
    Opening("Ek koltuk", ("Merhaba, {company} için {number} koltuk daha almak istiyoruz.",)),
    Opening("Yavaşlık", ("{city} ofisinden giriş çok yavaş.", "Bilinen bir sorun mu?")),  # noqa: RUF001 - Turkish has this letter
)
_OPENINGS = {
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
    "Thanks for writing in! Let me look into that.",
    "I have passed this on to our engineers and will keep you posted.",
    "That should be sorted now. Could you give it another try?",
    "Happy to help. Could you send us a screenshot?",
)


def opening(person: Person, draw: Random) -> Opening:
    """What this person writes, as chance has it."""
    chosen = draw.choice(_OPENINGS.get(person.country.code, _ENGLISH))
    known = {"company": person.company, "city": person.city.name, "number": draw.randrange(3, 60)}
    return Opening(chosen.title, tuple(line.format_map(known) for line in chosen.text))


def answer(draw: Random) -> str:
    """What a teammate says."""
    return html((draw.choice(_ANSWERS),))


def html(paragraphs: tuple[str, ...]) -> str:
    """Paragraphs, as the Messenger keeps them."""
    return "\n".join(f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>" for text in paragraphs)
