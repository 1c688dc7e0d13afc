from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mastodon.plain_text import LONGEST, plain_text

LINK = (
    '<a href="https://www.example.com/news/2026/11/a-story"><span class="invisible">https://www.</span>'
    '<span class="ellipsis">example.com/news/2026/11/a</span><span class="invisible">-story</span></a>'
)
LINES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br />three</p>", "one\ntwo\nthree"),
        ("<p>one<br><br><br><br>two</p>", "one\n\ntwo"),
        ("<p></p><p> </p><p>one</p><p></p>", "one"),
        ("<p>many   spaces\n and\tlines</p>", "many spaces and lines"),
        ("<p> one </p>\n<p>two</p>", "one\n\ntwo"),
        (
            "<p>5 &lt; 6 &amp;&amp; &quot;a&quot; &#39;b&#39; &eacute;&#x1F600; &nbsp;&unheard;</p>",
            "5 < 6 && \"a\" 'b' é😀 \xa0&unheard;",
        ),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"),
        ("<p>a<script>alert(1)</script><style>p{}</style>b</p>", "ab"),
        ("<p>a<!-- no -->b<!-- <b>no</b> -->c</p>", "abc"),
        ("<p>a <b>bold</b> <em>word</em> and <code>x = 1</code></p>", "a bold word and x = 1"),
        ("<blockquote><p>said</p></blockquote><p>heard</p>", "said\n\nheard"),
        ("<p>buy:</p><ul><li>tea</li><li><p>milk</p></li></ul><p>bye</p>", "buy:\n\n- tea\n- milk\n\nbye"),
        ("<pre><code>def f():\n    pass</code></pre>", "def f():\npass"),
        ("<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby></p>", "漢字(かんじ)"),
        ("<h1>Title</h1>text<hr>more", "Title\n\ntext\nmore"),
        ("<p>never closed<p>nor <b>this", "never closed\n\nnor this"),
        ("</p></a></ul>closed too often", "closed too often"),
    ],
)
def test_markup_becomes_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"<p>see {LINK}.</p>", "see https://www.example.com/news/2026/11/a-story."),
        ('<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>', "https://a.example/?x=1&y=2"),
        ('<a href="https://a.example/">a.example</a>', "https://a.example/"),
        ('<a href="https://a.example/long/way">a.example/lo…</a>', "https://a.example/long/way"),
        ('<a href="https://a.example/long/way">https://a.example/lo...</a>', "https://a.example/long/way"),
        ('read <a href="https://a.example/x">this</a> now', "read this (https://a.example/x) now"),
        ('<a href="https://evil.example/">https://bank.example/</a>', "https://bank.example/ (https://evil.example/)"),
        ('<a href="https://a.example/x"></a>', "https://a.example/x"),
        ('<a href="https://a.example/x"><img src="y"></a>', "https://a.example/x"),
        ('<a href="https://a.example/x">open', "open (https://a.example/x)"),
        (
            '<a href="https://a.example/x">a<a href="https://b.example/y">b</a>',
            "a (https://a.example/x)b (https://b.example/y)",
        ),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<a href="/relative">here</a> <a>there</a> <a href>where</a>', "here there where"),
    ],
)
def test_a_link_is_shown_by_its_address(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<a href="https://m.example/tags/caf%C3%A9" class="mention hashtag" rel="tag">#<span>café</span></a>',
            "#café",
        ),
        (
            '<span><a href="https://m.example/@ada" class="u-url mention">@<span>ada</span></a></span> hi',
            "@ada hi",
        ),
        ('<a class="hashtag" href="https://m.example/tags/a">#a</a>', "#a"),
    ],
)
def test_a_name_is_shown_without_its_address(html: str, text: str) -> None:
    assert plain_text(html) == text


@settings(derandomize=True)
@given(st.lists(st.lists(LINES, min_size=1), min_size=1))
def test_what_was_written_comes_out_again(paragraphs: list[list[str]]) -> None:
    html = "".join(f"<p>{'<br />'.join(escape(line) for line in lines)}</p>" for lines in paragraphs)
    assert plain_text(html) == "\n\n".join("\n".join(lines) for lines in paragraphs)


@settings(derandomize=True)
@given(st.text(st.sampled_from("<>/!&;#-='\" \nabpr") | st.characters(exclude_categories=["Cs"])))
def test_no_markup_is_too_broken_to_be_read(html: str) -> None:
    text = plain_text(html)
    assert text == text.strip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize("start", ["<a ", "<!--", "<p", "</a", "<a href='", '<a b="', "<a x=y ", "<?", "<![CDATA["])
def test_what_only_begins_like_a_tag_is_text_however_often_it_does(start: str) -> None:
    """Each of these keeps Python's own parser busy for seconds or minutes."""
    html = (start * LONGEST)[: LONGEST // 10 * 9]
    assert plain_text(html) == html.strip()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<5 and c>d", "a<5 and c>d"),
        ("1 < 2 <b>bold</b> <", "1 < 2 bold <"),
        ('<a title="2 > 1" href="https://a.example/x">more</a>', "more (https://a.example/x)"),
        (f"<p{' x' * 5000}>long</p>", f"<p{' x' * 5000}>long"),
    ],
)
def test_tags_are_told_from_what_only_looks_like_them(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_no_more_than_enough_is_read() -> None:
    assert len(plain_text("a" * (LONGEST + 10))) == LONGEST
