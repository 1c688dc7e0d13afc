import pytest

from connectors.open_meteo.codes import in_words

DOCUMENTED = [
    0,
    1,
    2,
    3,
    45,
    48,
    51,
    53,
    55,
    56,
    57,
    61,
    63,
    65,
    66,
    67,
    71,
    73,
    75,
    77,
    80,
    81,
    82,
    85,
    86,
    95,
    96,
    99,
]


def test_every_code_that_is_documented_has_words_of_its_own() -> None:
    words = [in_words(code) for code in DOCUMENTED]
    assert len(set(words)) == len(DOCUMENTED)
    assert not any(word.startswith("Weather code") for word in words)


@pytest.mark.parametrize(("code", "words"), [(0, "Clear sky"), (48, "Fog with rime"), (95, "Thunderstorm")])
def test_a_code_means_what_open_meteo_says(code: int, words: str) -> None:
    assert in_words(code) == words


@pytest.mark.parametrize("code", [-1, 4, 100])
def test_another_code_is_named_by_its_number(code: int) -> None:
    assert in_words(code) == f"Weather code {code}"
