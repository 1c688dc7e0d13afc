from connectors.faults.fault import Fault, Kind


def test_an_imitation_is_asked_where_its_answer_is_only_late_or_deformed() -> None:
    asked = {kind for kind in Kind if Fault(kind=kind).asks}
    assert asked == {Kind.RESET_AFTER, Kind.DRIP, Kind.TRUNCATE, Kind.WRONG_TYPE, Kind.WRONG_SHAPE}
    assert Fault(latency=1).asks


def test_a_fault_is_printed_as_it_is_written() -> None:
    assert str(Fault(latency=2)) == "latency=2s"
    assert str(Fault(kind=Kind.WRONG_TYPE)) == "wrong-type"
    full = Fault(kind=Kind.STATUS, status=429, retry_after=0, latency=0.08, rate=0.3)
    assert str(full) == "latency=0.08s,status=429,retry-after=0,rate=0.3"
