import pytest

from app.core.mail_html import sanitise
from app.core.mail_text import to_text

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://tracker.example/a.png'>",
    "<img src='//tracker.example/a.png'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<div style='background:url(http://tracker.example/a.png)'>x</div>",
    "<div style='color:red;background-image:url(http://tracker.example)'>x</div>",
    "<td background='http://tracker.example/a.png'>x</td>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' jAvAsCrIpT:alert(1)'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='http://evil.example'><input name=q></form>",
    "<link rel=stylesheet href='http://evil.example/a.css'>",
    "<style>@import 'http://evil.example/a.css';</style>",
    "<base href='http://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<video src='http://evil.example/a.mp4' autoplay></video>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<p id='flash' name='x' class='dialog'>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_is_left(attack: str) -> None:
    shown = sanitise(attack).lower()

    for forbidden in (
        "script",
        "onerror",
        "http:",
        "src=",
        "url(",
        "<svg",
        "<form",
        "<input",
        "<style",
        "id=",
        "class=",
    ):
        assert forbidden not in shown


def test_what_mails_are_made_of_is_kept() -> None:
    html = '<table border="1"><tr><td align="right" style="color:red">1</td></tr></table><img src="cid:a@b" alt="箱">'

    assert sanitise(html) == (
        '<table border="1"><tbody><tr><td align="right" style="color:red">1</td></tr></tbody></table>'
        '<img src="cid:a@b" alt="箱">'
    )


def test_links_open_elsewhere_and_tell_nobody_where_from() -> None:
    shown = sanitise('<a href="https://shop.example/1">注文</a>')

    assert 'target="_blank"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize("html", ["<div>" * 500, "<div></b>" * 500, "x" * 1_000_001], ids=["deep", "disguised", "long"])
def test_what_is_out_of_bounds_is_not_shown_but_its_words_are_kept(html: str) -> None:
    assert sanitise(html + "本文") == ""
    assert "本文" in to_text(html + "本文")


def test_words_keep_their_lines() -> None:
    assert to_text("<p>お世話に<br>なります</p><p>注文<b>12</b>番</p><script>x</script>") == (
        "お世話に\nなります\n\n注文12番"
    )
