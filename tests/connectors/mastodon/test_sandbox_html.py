import pytest

from connectors.mastodon.plain_text import plain_text
from connectors.mastodon.sandbox_html import html, tag_url, tags_in

LONG = "https://blog.example/2026/a-story-that-goes-on"


HASHTAG = (
    '<a href="https://mastodon.social/tags/z%C3%BCrich" class="mention hashtag" rel="tag">#<span>Zürich</span></a>'
)
CUT = (
    f'<a href="{LONG}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://</span>'
    '<span class="ellipsis">blog.example/2026/a-story-that</span><span class="invisible">-goes-on</span></a>'
)
WHOLE = (
    '<a href="http://a.example/?x=1&amp;y=2" target="_blank" rel="nofollow noopener" translate="no">'
    '<span class="invisible">http://</span><span class="">a.example/?x=1&amp;y=2</span>'
    '<span class="invisible"></span></a>'
)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("hi", "<p>hi</p>"),
        ("a\nb\n\nc", "<p>a<br />b</p><p>c</p>"),
        ('5 < 6 & "it\'s"', "<p>5 &lt; 6 &amp; &quot;it&#39;s&quot;</p>"),
        ("#Zürich!", f"<p>{HASHTAG}!</p>"),
        (LONG, f"<p>{CUT}</p>"),
        ("http://a.example/?x=1&y=2", f"<p>{WHOLE}</p>"),
    ],
)
def test_text_is_written_as_mastodon_does_and_can_be_read_again(text: str, markup: str) -> None:
    assert html(text) == markup
    assert plain_text(markup) == text


def test_hashtags_are_found_once_each_in_lower_case() -> None:
    text = "#Coffee and #tea, #coffee. #散歩 no#tag https://a.example/#part #…"
    assert tags_in(text) == ["coffee", "tea", "散歩", "tag"]
    assert tags_in("none") == []


def test_a_hashtags_address_is_one_of_the_web() -> None:
    assert tag_url("散歩") == "https://mastodon.social/tags/%E6%95%A3%E6%AD%A9"
