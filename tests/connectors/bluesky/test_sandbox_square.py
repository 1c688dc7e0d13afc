from connectors.bluesky.sandbox_square import POST_KEY, basic, did
from tests.connectors.bluesky.sandboxed import DID, HANDLE, PEOPLE, PERSON, came_at, pages, pages_of_own, said_at, told
from tests.connectors.bluesky.support import ADA

# profiles


def test_a_profile_is_found_by_did_and_by_handle() -> None:
    profile = told("actor.getProfile", actor=DID)
    assert profile == told("actor.getProfile", actor=HANDLE.upper())
    assert (profile["did"], profile["handle"], profile["displayName"]) == (DID, HANDLE, PERSON.name)
    assert profile["postsCount"] == len(pages_of_own())


def test_several_profiles_come_in_order_without_whom_nobody_knows() -> None:
    names = [DID, ADA, "nobody.bsky.social", did(PEOPLE[3]), "nobody.example.com"]
    assert [one["did"] for one in told("actor.getProfiles", actors=names)["profiles"]] == [DID, did(PEOPLE[3])]


def test_some_have_neither_name_nor_picture_and_pictures_are_where_they_would_be() -> None:
    everybody = [basic(PEOPLE[number]) for number in range(60)]
    assert 0 < sum("displayName" not in one for one in everybody) < 20
    assert 0 < sum("avatar" not in one for one in everybody) < 20
    pictures = [str(one["avatar"]) for one in everybody if "avatar" in one]
    assert len(set(pictures)) == len(pictures)
    assert all(picture.startswith("https://cdn.bsky.app/img/avatar/plain/did:plc:") for picture in pictures)


# feeds


def test_pages_of_a_feed_join_to_the_whole_and_end_without_a_cursor() -> None:
    whole = pages("feed.getAuthorFeed", "feed", 100, actor=DID)
    assert pages("feed.getAuthorFeed", "feed", 7, actor=DID) == whole
    assert pages("feed.getAuthorFeed", "feed", 1, actor=HANDLE) == whole
    assert len(whole) > 80


def test_a_feed_is_newest_first_by_when_each_came_into_it() -> None:
    came = [
        item["reason"]["indexedAt"] if "reason" in item else came_at(item["post"])
        for item in pages("feed.getAuthorFeed", "feed", 100, actor=DID)
    ]
    assert came == sorted(came, reverse=True)


def test_what_is_passed_on_is_older_and_says_who_did_it() -> None:
    reposts = [one for one in pages("feed.getAuthorFeed", "feed", 100, actor=DID) if "reason" in one]
    assert len(reposts) > 10
    for item in reposts:
        assert item["reason"]["$type"] == "app.bsky.feed.defs#reasonRepost"
        assert item["reason"]["by"]["did"] == DID
        assert said_at(item["post"]) < item["reason"]["indexedAt"]
    assert {item["post"]["author"]["did"] for item in reposts} != {DID}


def test_answers_carry_what_they_answer_and_can_be_left_out() -> None:
    whole = pages("feed.getAuthorFeed", "feed", 100, actor=DID)
    answers = [item for item in whole if "reply" in item]
    assert answers
    for item in answers:
        assert item["post"]["record"]["reply"]["parent"]["uri"] == item["reply"]["parent"]["uri"]
        assert said_at(item["reply"]["parent"]) < said_at(item["post"])
    without = pages("feed.getAuthorFeed", "feed", 100, actor=DID, filter="posts_no_replies")
    assert without == [item for item in whole if "reply" not in item]


def test_nobody_posts_pictures() -> None:
    assert told("feed.getAuthorFeed", actor=DID, filter="posts_with_media") == {"feed": []}


def test_some_clocks_are_fast_and_their_posts_are_in_order_all_the_same() -> None:
    fast = told("feed.getAuthorFeed", actor=did(PEOPLE[20]), limit=20, filter="posts_no_replies")["feed"]
    own = [item["post"] for item in fast if "reason" not in item]
    assert all(said_at(post) > post["indexedAt"] for post in own)
    assert [post["indexedAt"] for post in own] == sorted((post["indexedAt"] for post in own), reverse=True)


def test_a_post_is_found_again_by_its_uri_whoever_its_author_is_called() -> None:
    post = pages_of_own()[0]["post"]
    by_handle = post["uri"].replace(DID, HANDLE)
    assert told("feed.getPosts", uris=[post["uri"], by_handle])["posts"] == [post, post]
    assert told("feed.getPosts", uris=[post["uri"]] * 2)["posts"] == [post]


def test_a_post_of_another_author_or_key_is_left_out() -> None:
    uri = pages_of_own()[0]["post"]["uri"]
    others = [uri.replace(DID, did(PEOPLE[8])), uri[:-1] + "!", uri.replace("feed.post", "feed.like"), "at://x"]
    assert told("feed.getPosts", uris=others) == {"posts": []}


def test_keys_are_spelled_like_timestamps_and_lead_back() -> None:
    keys = [item["post"]["uri"].rpartition("/")[2] for item in pages_of_own()]
    assert all(len(key) == 13 and key[0] in "234567abcdefghij" for key in keys)
    numbers = [POST_KEY.decode(key) for key in keys]
    assert len(set(numbers)) == len(keys)
    assert None not in numbers


def test_hashtags_are_marked_by_their_bytes() -> None:
    marked = [post["record"] for post in told("feed.searchPosts", q="", tag="coffee", limit=20)["posts"]]
    assert len(marked) == 20
    for record in marked:
        [facet] = record["facets"]
        index = facet["index"]
        assert record["text"].encode()[index["byteStart"] : index["byteEnd"]] == b"#coffee"
