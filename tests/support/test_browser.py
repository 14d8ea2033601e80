"""The tests' own browser is a person with a language, a screen and a taste."""

from tests.support.browser import Chromium

PAGE = "data:text/html,<title>x</title><script>{}</script>"
SEEN = "[navigator.language, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]"


async def test_two_people_see_their_own(chromium: Chromium) -> None:
    first = await chromium.new_page()
    second = await chromium.new_page(locale="en", width=390, dark=True)

    assert await first.evaluate(SEEN) == ["ja", 1440, False]
    assert await second.evaluate(SEEN) == ["en", 390, True]


async def test_an_uncaught_error_is_noted(chromium: Chromium) -> None:
    page = await chromium.new_page()
    await page.goto(PAGE.format("missing()"))
    await page.wait_for_function("document.title === 'x'")

    assert chromium.complaints == ["missing is not defined"]
