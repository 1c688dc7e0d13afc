from gateway.execution.lru import Lru


def test_what_was_not_used_for_the_longest_time_goes_first() -> None:
    kept: Lru[str, int] = Lru(2, 100)
    kept.put("a", 1, 1)
    kept.put("b", 2, 1)
    assert kept.get("a") == 1
    kept.put("c", 3, 1)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_entries_go_until_all_of_them_weigh_little_enough() -> None:
    kept: Lru[str, int] = Lru(100, 10)
    for key in "abcde":
        kept.put(key, 0, 2)
    kept.put("f", 6, 7)
    assert [key for key in "abcdef" if kept.get(key) is not None] == ["e", "f"]
    assert kept.weight == 9


def test_what_alone_is_too_heavy_is_not_kept_and_drives_nobody_out() -> None:
    kept: Lru[str, int] = Lru(100, 10)
    kept.put("a", 1, 3)
    kept.put("b", 2, 11)
    assert (kept.get("a"), kept.get("b"), len(kept), kept.weight) == (1, None, 1, 3)


def test_an_entry_that_is_put_again_is_replaced_and_weighed_anew() -> None:
    kept: Lru[str, int] = Lru(100, 10)
    kept.put("a", 1, 8)
    kept.put("a", 2, 3)
    kept.put("b", 3, 7)
    assert (kept.get("a"), kept.get("b"), kept.weight) == (2, 3, 10)


def test_nothing_is_kept_where_nothing_may_be() -> None:
    kept: Lru[str, int] = Lru(0, 10)
    kept.put("a", 1, 1)
    assert (kept.get("a"), len(kept), kept.weight) == (None, 0, 0)
