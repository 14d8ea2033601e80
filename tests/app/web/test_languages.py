import pytest

from app.web.languages import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ja"),
        ("en-US,en;q=0.9", "en"),
        ("ja,en-US;q=0.9,en;q=0.8", "ja"),
        ("fr,en;q=0.7,ja;q=0.8", "ja"),
        ("fr, de", "ja"),
        ("EN", "en"),
        ("en;q=0", "ja"),
        ("en;q=nonsense", "ja"),
        ("*", "ja"),
    ],
)
def test_the_browsers_best_language_that_we_have_is_taken(header: str, language: str) -> None:
    assert preferred(header, default="ja") == language
