import unicodedata

from connectors.domain.money import CURRENCIES
from connectors.seed.places import COUNTRIES, TAGS, TRADES


def test_every_country_is_named_once_and_pays_in_a_currency_that_exists() -> None:
    codes = [country.code for country in COUNTRIES]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert {country.currency for country in COUNTRIES} <= CURRENCIES


def test_every_city_is_on_the_map_and_in_one_country() -> None:
    cities = [city for country in COUNTRIES for city in country.cities]
    assert len({city.name for city in cities}) == len({city[1:] for city in cities}) == len(cities)
    assert all(-90 <= city.latitude <= 90 and -180 <= city.longitude <= 180 for city in cities)


def test_cities_of_a_country_are_within_its_reach() -> None:
    for country in COUNTRIES:
        latitudes = [city.latitude for city in country.cities]
        longitudes = [city.longitude for city in country.cities]
        assert max(latitudes) - min(latitudes) < 40, country.code
        assert max(longitudes) - min(longitudes) < 45, country.code


def test_names_are_different_composed_and_without_blanks() -> None:
    for country in COUNTRIES:
        for names in (country.given, country.family):
            assert len(set(names)) == len(names) >= 8
            assert [name for name in names if unicodedata.normalize("NFC", name) != name] == []
            assert [name for name in names if not name.strip() or " " in name] == []


def test_trades_and_tags_are_different() -> None:
    assert len(set(TRADES)) == len(TRADES)
    assert len(set(TAGS)) == len(TAGS)
