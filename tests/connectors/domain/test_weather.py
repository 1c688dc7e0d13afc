from math import copysign, inf, nan

import pytest

from connectors.domain.weather import Place


def test_neighbours_are_one_place() -> None:
    assert Place.near(52.5200066, 13.404954) == Place.near(52.519, 13.4049) == Place(52.52, 13.4)


def test_nought_has_no_sign() -> None:
    place = Place.near(-0.001, -0.0)
    assert place == Place(0.0, 0.0)
    assert copysign(1, place.latitude) == copysign(1, place.longitude) == 1


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (0, 0)])
def test_the_poles_and_the_date_line_are_on_earth(latitude: float, longitude: float) -> None:
    assert Place.near(latitude, longitude) == Place(latitude, longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.001, 0), (-91, 0), (0, 180.5), (0, -181), (nan, 0), (0, nan), (inf, 0), (0, -inf)]
)
def test_what_is_not_on_earth_is_no_place(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="is not on Earth"):
        Place.near(latitude, longitude)
