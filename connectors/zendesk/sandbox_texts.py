"""What the made-up people ask support for: in the language of their country, about what they bought."""

from random import Random
from typing import NamedTuple

from connectors.seed.people import Person


class Plea(NamedTuple):
    """One thing to ask for: its topic, its kind as Zendesk calls it, its subject and its first comment.

    `{company}` and `{city}` are the requester's own, `{number}` is made up.
    """

    topic: str
    kind: str | None
    subject: str
    text: str


_INVOICE, _LOGIN, _OUTAGE, _EXPORT, _WISH, _REFUND = "invoice", "login", "outage", "export", "feature_request", "refund"

_ENGLISH = (
    Plea(
        _INVOICE,
        "question",
        "Invoice {number} has the wrong address",
        "We moved offices in {city}. Can you reissue it?",
    ),
    Plea(
        _LOGIN, "problem", "Single sign-on stopped working this morning", "Nobody at {company} can sign in since 8:40."
    ),
    Plea(
        _OUTAGE,
        "incident",
        "Dashboard is blank for the whole team",
        "All we get is a spinner, in every browser we tried.",
    ),
    Plea(_EXPORT, "question", "How do I export last quarter as CSV?", "Our accountant needs it by Friday, please."),
    Plea(_WISH, None, "Feature request: dark mode", "Our night shift in {city} would love you for it."),
    Plea(
        _REFUND,
        "question",
        "Charged twice for order {number}",
        "Two identical charges appeared on the card of {company}.",
    ),
)
_GERMAN = (
    Plea(
        _INVOICE,
        "question",
        "Rechnung {number} enthält die falsche USt-IdNr.",
        "Bitte stellen Sie sie auf {company} aus.",
    ),
    Plea(_LOGIN, "problem", "Anmeldung schlägt seit dem Update fehl", "Nach dem Passwort kommt nur eine leere Seite."),
    Plea(_OUTAGE, "incident", "Störung in der Übersicht", "Bei uns in {city} lädt seit heute früh keine Auswertung."),
    Plea(_EXPORT, None, "Export bricht nach 10.000 Zeilen ab", "Gibt es eine Grenze, die wir erhöhen können?"),
    Plea(_REFUND, "question", "Doppelte Abbuchung zu Auftrag {number}", "Wann können wir mit der Erstattung rechnen?"),
)
_FRENCH = (
    Plea(
        _INVOICE, "question", "Facture {number} introuvable", "Notre comptabilité à {city} en a besoin pour la clôture."
    ),
    Plea(
        _LOGIN, "problem", "Impossible de réinitialiser mon mot de passe", "Le courriel n'arrive jamais chez {company}."
    ),
    Plea(_OUTAGE, "incident", "Le tableau de bord reste vide", "Depuis ce matin, plus rien ne s'affiche."),
    Plea(_WISH, None, "Suggestion : un filtre par équipe", "Cela nous ferait gagner un temps précieux."),
)
_JAPANESE = (
    Plea(_INVOICE, "question", "請求書 {number} の再発行をお願いします", "宛名を{company}に変更していただけますか。"),
    Plea(_LOGIN, "problem", "ログインできません", "二段階認証のコードが届きません。至急ご確認ください。"),
    Plea(_EXPORT, "question", "CSV の文字化けについて", "エクスポートしたファイルを開くと文字化けします。"),
)
_PORTUGUESE = (
    Plea(_INVOICE, "question", "Nota fiscal {number} com CNPJ errado", "Podem corrigir para {company}, por favor?"),
    Plea(_OUTAGE, "incident", "Sistema fora do ar em {city}", "Ninguém da equipe consegue abrir os relatórios."),
    Plea(_REFUND, None, "Reembolso do pedido {number}", "Cancelamos dentro do prazo e ainda não recebemos."),
)
_POLISH = (
    Plea(_INVOICE, "question", "Błędny NIP na fakturze {number}", "Proszę o korektę dla {company}."),
    Plea(_LOGIN, "problem", "Nie mogę się zalogować po zmianie hasła", "Strona wraca do początku bez komunikatu."),
    Plea(_EXPORT, None, "Brak polskich znaków w eksporcie", "Zamiast liter widzimy znaki zapytania."),
)
_SWEDISH = (
    Plea(_INVOICE, "question", "Faktura {number} saknar referens", "Kan ni skicka en ny till {company}?"),
    Plea(_OUTAGE, "incident", "Översikten laddar inte", "Gäller alla på kontoret i {city} sedan i morse."),
    Plea(_WISH, None, "Önskemål: påminnelser på svenska", "Det skulle våra kunder uppskatta."),
)
_SPANISH = (
    Plea(_INVOICE, "question", "Factura {number} con RFC equivocado", "Por favor corríjanla a nombre de {company}."),
    Plea(_LOGIN, "problem", "No puedo entrar a mi cuenta", "Dice que el enlace ya caducó, pero lo acabo de recibir."),
    Plea(_REFUND, "question", "Cobro duplicado del pedido {number}", "¿Cuánto tarda la devolución?"),
)
_TURKISH = (
    Plea(_INVOICE, "question", "{number} numaralı fatura eksik", "Muhasebe ekibimiz {city} ofisinde bekliyor."),  # noqa: RUF001 - Turkish has this letter
    Plea(_OUTAGE, "incident", "Raporlar sabahtan beri yüklenmiyor", "{company} ekibinde herkes etkilendi."),
    Plea(_WISH, None, "Öneri: haftalık özet e-postası", "Yöneticilerimiz çok sevinir."),  # noqa: RUF001 - likewise
)
_PLEAS = {
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


def plea(person: Person, draw: Random) -> Plea:
    """What this person asks for, as chance has it."""
    chosen = draw.choice(_PLEAS.get(person.country.code, _ENGLISH))
    known = {"company": person.company, "city": person.city.name, "number": draw.randrange(10_000, 99_999)}
    return chosen._replace(subject=chosen.subject.format_map(known), text=chosen.text.format_map(known))
