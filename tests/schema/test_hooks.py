from schema.hooks import GraphHooks

ASKED = {
    "service": "FRANKFURTER",
    "calls": 2,
    "cached": 1,
    "coalesced": 1,
    "stale": False,
    "ageSeconds": 4,
    "retries": 1,
    "errors": 0,
    "ms": 12.5,
}


def test_an_answer_that_is_shown_again_asked_nobody_and_is_older() -> None:
    nothing = {"calls": 0, "coalesced": 0, "retries": 0, "errors": 0, "ms": 0.0}
    again = GraphHooks().retold({"sources": [ASKED]}, 2.6)
    assert again == {"sources": [{**ASKED, **nothing, "cached": 4, "ageSeconds": 7}]}
    assert ASKED["calls"] == 2, "what was told before has changed"
