"""What the made-up people say: in the language of their country, about their work and where they live."""

from typing import NamedTuple

from connectors.seed.timeline import Event


class Tongue(NamedTuple):
    """A language (BCP 47) and what is said in it; `{company}` and `{city}` are the speaker's own."""

    code: str
    phrases: tuple[str, ...]


_GERMAN = (
    "Release-Tag bei {company}: endlich ist die neue Version draußen 🎉",
    "Wer kommt heute Abend zum Stammtisch in {city}? Es gibt Brezeln 🥨",
    "Drei Stunden lang einen Fehler gesucht, am Ende war es die Zeitzone. Wie immer.",
    "Großes Lob an den Kundendienst: nach fünf Minuten war alles geklärt 👏",
    "Wir bei {company} suchen Verstärkung für unser Team in {city}.",
)
_ENGLISH = (
    "Shipped! {company} has a new dashboard and I may have cried a little 🚀",
    "Anyone else in {city} having trouble with invoices today?",
    "Support got back to me in four minutes. Four. That is how you keep a customer 💙",
    "Hot take: the best feature is the one you delete.",
    "We are hiring in {city}! Small team, kind people, interesting problems.",
    "Rainy morning in {city}, strong coffee, long migration plan ☕🌧️",
)
_SWISS = (
    "Neue Version bei {company}, jetzt endlich auch auf Rätoromanisch 🏔️",
    "Feierabend am See in {city}. Die Rechnungen können bis morgen warten ⛵",
    "Merci an das Support-Team, das ging ja wirklich schnell!",
)
_PORTUGUESE = (
    "Lançamos hoje a nova versão na {company}! Obrigada a todo mundo que testou 💚",
    "Reunião às 8h em {city} deveria ser proibida por lei ☕",
    "O atendimento resolveu tudo em dez minutos, parabéns 👏👏",
    "Alguém recomenda um bom curso de análise de dados?",
)
_TONGUES = {
    "DE": Tongue("de", _GERMAN),
    "CH": Tongue("de", _SWISS),
    "GB": Tongue("en", _ENGLISH),
    "US": Tongue("en", _ENGLISH),
    "AU": Tongue("en", _ENGLISH),
    "NG": Tongue(
        "en",
        (
            "Big day for {company}: our first customer outside {city} just signed! 🇳🇬🎊",
            "Power is back, the build is green, God is good 🙌",
            "Lagos traffic has given me time to answer every support ticket.",
            "Who is going to the meetup in {city} on Saturday? I dey come 😄",
        ),
    ),
    "FR": Tongue(
        "fr",
        (
            "Nouvelle version chez {company} : deux ans de travail, enfin en ligne ✨",
            "Réunion à {city} ce matin, croissants offerts par la comptabilité 🥐",
            "Le service client a répondu en trois minutes, chapeau !",
            "Petit rappel : une facture, ça se relit avant de l'envoyer 😅",
        ),
    ),
    "JP": Tongue(
        "ja",
        (
            "{company}の新しいサイトを公開しました🎉 ぜひ見てください。",
            "今日の{city}は雨。家で請求書を整理します☔",
            "問い合わせにすぐ返事が来て助かりました。ありがとうございます🙏",
            "朝から会議が三つ。おやつが必要です🍡",
        ),
    ),
    "BR": Tongue("pt", _PORTUGUESE),
    "IN": Tongue(
        "hi",
        (
            "{company} का नया डैशबोर्ड आज से सबके लिए खुला है 🚀",
            "{city} में बारिश शुरू, चाय तैयार, काम जारी ☕🌧️",
            "सपोर्ट टीम ने पाँच मिनट में मदद की, बहुत धन्यवाद 🙏",
            "कल की बैठक के लिए कोई सुझाव?",
        ),
    ),
    "PL": Tongue(
        "pl",
        (
            "Nowa wersja w {company} już działa, dziękuję całej drużynie 🎈",
            "Kto idzie na pierogi w {city}? Spotkanie o osiemnastej 🥟",
            "Obsługa klienta odpisała w kilka minut, szacunek!",
            "Źle policzyłem strefy czasowe. Znowu.",
        ),
    ),
    "SE": Tongue(
        "sv",
        (
            "Äntligen släppt! {company} har en helt ny översikt 🎉",
            "Fika i {city} klockan tre, alla är välkomna ☕",
            "Supporten svarade på fyra minuter, heja!",
            "Fakturorna får vänta, det är första snön i {city} ❄️",
        ),
    ),
    "MX": Tongue(
        "es",
        (
            "¡Ya salió la nueva versión de {company}! Gracias a todo el equipo 🎉",
            "¿Alguien en {city} para unos tacos después del trabajo? 🌮",
            "El soporte me contestó en cinco minutos, así sí da gusto 👏",
            "Otro lunes, otra factura que no cuadra.",
        ),
    ),
    "TR": Tongue(
        "tr",
        (
            "{company} için yeni sürüm bugün geldi, ekibe teşekkürler 🎉",
            "{city} yine güneşli, çaylar benden ☕",
            "Destek ekibi üç dakikada dönüş etti, süper!",
            "Saat dilimleri beni yine yendi 😅",
        ),
    ),
}
_HASHTAGS = ("buildinpublic", "startup", "coffee", "remote", "opensource", "design")


class Said(NamedTuple):
    """The text of a post, its language and its hashtag, which stands at the end of the text."""

    text: str
    language: str
    hashtag: str | None


def said(event: Event) -> Said:
    """What the person said then; the same every time."""
    draw, person = event.draw(), event.person
    tongue = _TONGUES[person.country.code]
    text = draw.choice(tongue.phrases).format(company=person.company, city=person.city.name)
    hashtag = draw.choice(_HASHTAGS) if draw.randrange(4) == 0 else None
    return Said(f"{text} #{hashtag}" if hashtag else text, tongue.code, hashtag)
