from gateway.execution.tariff import ASSUMED, Tariff


def test_without_figures_of_its_own_a_tariff_is_that_of_the_specification() -> None:
    tariff = Tariff()
    assert (tariff.weights, tariff.sizes, tariff.calls, tariff.most) == ({}, {}, {}, None)
    assert tariff.assumed == ASSUMED
