"""What the made-up people open issues about: in the language of their country, about what they work with."""

from random import Random
from typing import NamedTuple

from connectors.seed.people import Person


class Report(NamedTuple):
    """One thing to deal with: its type as Jira calls it, its labels, its summary and its description.

    `{company}` and `{city}` are the reporter's own, `{number}` is made up.
    """

    kind: str
    labels: tuple[str, ...]
    summary: str
    text: str


_ENGLISH = (
    Report("Bug", ("export",), "CSV export stops after {number} rows", "The file of {company} ends without an error."),
    Report("Bug", ("sso", "regression"), "Single sign-on loops back to the login page", "Since the last release."),
    Report("Story", (), "Let administrators see who changed a price", "{company} has to show it to its auditors."),
    Report("Task", ("onboarding",), "Import the address book of {company}", "About {number} contacts, as vCard."),
    Report("Bug", ("mobile",), "Push notifications arrive twice", "On every phone in the {city} office."),
    Report("Task", ("security",), "Rotate the API keys that {company} shared", "They were pasted into a public chat."),
    Report(
        "Story", ("dashboard",), "Compare two quarters side by side", "Today they export both and use a spreadsheet."
    ),
    Report(
        "Bug", (), "Time zone of {city} is off by an hour", "Reports for the last Sunday of October count it twice."
    ),
)
_GERMAN = (
    Report("Bug", ("export",), "Umlaute im CSV-Export sind zerstört", "Betrifft alle Kundennamen bei {company}."),
    Report("Story", (), "Rechnungen nach Kostenstelle gruppieren", "Die Buchhaltung in {city} sortiert von Hand."),
    Report("Task", ("onboarding",), "{number} Stammdatensätze übernehmen", "Liegen als Excel-Datei vor."),
    Report("Bug", ("regression",), "Suche findet nichts mehr mit Bindestrich", "Vor dem Update ging es."),
)
_FRENCH = (
    Report("Bug", ("mobile",), "L'application se ferme à l'ouverture d'une pièce jointe", "Reproduit à {city}."),
    Report("Story", ("dashboard",), "Filtrer le tableau de bord par équipe", "{company} en a trois."),
    Report("Task", (), "Fusionner les comptes en double de {company}", "Environ {number} doublons."),
)
_JAPANESE = (
    Report("Bug", ("export",), "CSV エクスポートで文字化けする", "{company}の全ユーザーで再現します。"),
    Report("Story", (), "請求書に部署名を表示したい", "経理部からの要望です。"),
    Report("Bug", ("sso",), "シングルサインオンに失敗する", "{city}のオフィスのみ発生します。"),
)
_PORTUGUESE = (
    Report("Bug", (), "Relatório mensal mostra valores zerados", "Só acontece com as filiais de {city}."),
    Report("Task", ("onboarding",), "Migrar {number} cadastros da {company}", "O arquivo já foi enviado."),
    Report("Story", ("dashboard",), "Exportar o painel em PDF", "A diretoria pede toda sexta-feira."),
)
_POLISH = (
    Report("Bug", ("regression",), "Sortowanie nie uwzględnia polskich liter", "„Łódź” trafia na koniec listy."),
    Report("Story", (), "Powiadomienia o zmianie statusu zamówienia", "{company} pyta o to od roku."),
)
_SPANISH = (
    Report("Bug", ("mobile",), "Las notificaciones llegan con retraso", "Hasta {number} minutos en {city}."),
    Report("Story", (), "Firmar documentos desde el móvil", "Lo piden los comerciales de {company}."),
)
_REPORTS = {
    "DE": _GERMAN,
    "FR": _FRENCH,
    "JP": _JAPANESE,
    "BR": _PORTUGUESE,
    "PL": _POLISH,
    "MX": _SPANISH,
    "CH": _GERMAN + _FRENCH,
}


def report(person: Person, draw: Random) -> Report:
    """What this person reports, as chance has it."""
    chosen = draw.choice(_REPORTS.get(person.country.code, _ENGLISH))
    known = {"company": person.company, "city": person.city.name, "number": draw.randrange(20, 20_000)}
    return chosen._replace(summary=chosen.summary.format_map(known), text=chosen.text.format_map(known))
