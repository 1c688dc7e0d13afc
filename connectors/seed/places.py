"""Where the made-up customers live, what they pay in, and what they might be called."""

from typing import NamedTuple


class City(NamedTuple):
    """Degrees north and east."""

    name: str
    latitude: float
    longitude: float


class Country(NamedTuple):
    """A country with the names that are common there."""

    code: str
    currency: str
    cities: tuple[City, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTRIES = (
    Country(
        "DE",
        "EUR",
        (City("Berlin", 52.52, 13.405), City("Hamburg", 53.551, 9.993), City("München", 48.137, 11.575)),
        _names("Jürgen Anneliese Björn Käthe Lukas Mia Sören Friederike Emil"),
        _names("Müller Schäfer Groß Weiß Krüger Lindemann Böhm Vogt"),
    ),
    Country(
        "FR",
        "EUR",
        (City("Paris", 48.857, 2.352), City("Lyon", 45.764, 4.836), City("Nantes", 47.218, -1.554)),
        _names("Hélène Benoît Chloé François Zoé Léa Théo Maëlle Noël"),
        _names("Lefèvre Girard Béranger Dupré Moreau Chevalier Noël Fournier"),
    ),
    Country(
        "GB",
        "GBP",
        (City("London", 51.507, -0.128), City("Leeds", 53.801, -1.549), City("Edinburgh", 55.953, -3.188)),
        _names("Oliver Amelia Isla Harry Freya Callum Niamh Rhys Beth"),
        _names("Hughes O'Connor Fraser Whitfield Barnes Llewellyn Okafor Patel"),
    ),
    Country(
        "US",
        "USD",
        (City("Chicago", 41.878, -87.63), City("Austin", 30.267, -97.743), City("Portland", 45.515, -122.679)),
        _names("Maria James Aaliyah Dylan Grace Tyler Naomi Carlos June"),
        _names("Johnson Ramirez Nguyen Washington Cohen Kowalski Brooks Delgado"),
    ),
    Country(
        "JP",
        "JPY",
        (City("東京", 35.677, 139.65), City("大阪", 34.694, 135.502), City("札幌", 43.062, 141.354)),
        _names("陽菜 蓮 結衣 大翔 さくら 健太 美咲 翔太 葵"),
        _names("佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村"),
    ),
    Country(
        "BR",
        "BRL",
        (City("São Paulo", -23.551, -46.633), City("Recife", -8.058, -34.883), City("Porto Alegre", -30.034, -51.23)),
        _names("João Conceição Thiago Letícia Vinícius Antônia Caio Beatriz Raí"),
        _names("Silva Gonçalves Araújo Souza Magalhães Brandão Teixeira Assunção"),
    ),
    Country(
        "IN",
        "INR",
        (City("Bengaluru", 12.972, 77.594), City("मुंबई", 19.076, 72.878), City("Kolkata", 22.573, 88.364)),
        _names("Aarav Priya Rohan Ananya Vikram Meera Kabir Lakshmi Ishaan"),
        _names("Sharma Iyer Banerjee Reddy Chatterjee Nair Singh Kulkarni"),
    ),
    Country(
        "PL",
        "PLN",
        (City("Warszawa", 52.23, 21.012), City("Kraków", 50.065, 19.945), City("Łódź", 51.759, 19.456)),
        _names("Łukasz Małgorzata Zofia Paweł Agnieszka Grzegorz Śliwia Wojciech Hanna"),
        _names("Wójcik Kowalczyk Dąbrowski Zieliński Szymański Woźniak Król Górski"),
    ),
    Country(
        "SE",
        "SEK",
        (City("Göteborg", 57.709, 11.975), City("Stockholm", 59.329, 18.069), City("Malmö", 55.605, 13.003)),
        _names("Åsa Björn Linnéa Göran Maja Nils Elsa Håkan Tove"),
        _names("Åkesson Lindström Öberg Bergström Sjögren Nyström Ek Lundqvist"),
    ),
    Country(
        "NG",
        "NGN",
        (City("Lagos", 6.524, 3.379), City("Abuja", 9.077, 7.399), City("Ibadan", 7.378, 3.947)),
        _names("Chinwe Olúwaṣeun Ngozi Emeka Adaeze Tunde Funmiláyọ̀ Ifeoma Bola"),
        _names("Adébáyọ̀ Okonkwo Balogun Eze Abubakar Ogunleye Nwosu Danjuma"),
    ),
    Country(
        "MX",
        "MXN",
        (City("Ciudad de México", 19.433, -99.133), City("Mérida", 20.967, -89.623), City("Puebla", 19.041, -98.206)),
        _names("José Ximena Ángel Guadalupe Íñigo Lucía Emiliano Renata Tomás"),
        _names("Hernández Ibáñez Muñoz Peña Zúñiga Castañeda Orozco Rincón"),
    ),
    Country(
        "TR",
        "TRY",
        (City("İstanbul", 41.008, 28.978), City("İzmir", 38.424, 27.143), City("Ankara", 39.933, 32.86)),
        _names("Şule İbrahim Ayşe Çağlar Gülşen Ömer Elif Yiğit Zeynep"),
        _names("Yılmaz Öztürk Çelik Şahin Aydın Güneş Koç Doğan"),
    ),
    Country(
        "CH",
        "CHF",
        (City("Zürich", 47.377, 8.541), City("Genève", 46.204, 6.143), City("Basel", 47.56, 7.588)),
        _names("Urs Regula Beat Céline Reto Corinne Matteo Ladina Flurin"),
        _names("Zürcher Aebischer Rochat Bernasconi Caduff Gerber Favre Schürch"),
    ),
    Country(
        "AU",
        "AUD",
        (City("Melbourne", -37.814, 144.963), City("Perth", -31.952, 115.861), City("Hobart", -42.882, 147.324)),
        _names("Matilda Jack Ruby Lachlan Evie Cooper Willow Angus Indi"),
        _names("Taylor Nguyen Walker Papadopoulos Murray Chen Kelly Wirrpanda"),
    ),
)
TRADES = _names(
    "Robotics Foods Textiles Analytics Logistics Studio Energy Optics Bicycles Publishing Instruments Games"
)
TAGS = _names("enterprise startup trial vip partner newsletter at-risk reseller nonprofit beta")
