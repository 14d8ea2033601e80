"""What is worked out when a template is compiled says what it would have said each time."""

from collections.abc import Iterator
from itertools import count

import pytest
from jinja2 import DictLoader, StrictUndefined
from markupsafe import Markup

from app.core.i18n import LOCALES, gettext, use_locale
from app.web.folding import FoldingEnvironment
from app.web.templates import environment, render_text

COMPONENT = "components/icons.html"
MACRO = "{% macro icon(name) %}<i>{{ name }}{{ count() }}</i>{% endmacro %}"


@pytest.fixture(autouse=True)
def _language_of_before() -> Iterator[None]:
    yield
    use_locale("ja")


def _environment(**templates: str) -> FoldingEnvironment:
    made = FoldingEnvironment(
        {"_": lambda text: f"<{text}>"},
        loader=DictLoader({COMPONENT: MACRO, **templates}),
        autoescape=True,
        undefined=StrictUndefined,
    )
    numbers = count(1)
    made.globals.update(_=lambda text, **values: f"called {text} {values}", count=lambda: next(numbers))
    return made


def test_a_text_is_folded_and_escaped_like_any_other() -> None:
    drawn = _environment(page='{{ _("A & B") }}').get_template("page").render()

    assert drawn == "&lt;A &amp; B&gt;"


def test_a_text_with_values_is_said_each_time() -> None:
    drawn = _environment(page='{{ _("A", name=name) }}').get_template("page").render(name="x")

    assert drawn == "called A {&#39;name&#39;: &#39;x&#39;}"


def test_a_name_that_is_not_constant_is_looked_up_each_time() -> None:
    drawn = _environment(page="{{ _(name) }}").get_template("page").render(name="x")

    assert drawn == "called x {}"


def test_a_pure_macro_is_drawn_once_for_the_same_values() -> None:
    each = "{% for name in names %}{{ icon(name) }}{% endfor %}"
    source = '{% from "components/icons.html" import icon %}{{ icon("a") }}' + each
    template = _environment(page=source).get_template("page")

    drawn = template.render(names=["b", "<", "b"])

    assert drawn == "<i>a1</i><i>b2</i><i>&lt;3</i><i>b2</i>"
    assert template.render(names=["b"]) == "<i>a1</i><i>b2</i>"


def test_a_macro_of_the_same_name_from_elsewhere_is_left_alone() -> None:
    source = '{% macro icon(name) %}own {{ name }}{% endmacro %}{{ icon("a") }}'

    assert _environment(page=source).get_template("page").render() == "own a"


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_has_its_own_texts(locale: str) -> None:
    use_locale(locale)

    drawn = render_text("inbox/_nothing_open.html", {})

    assert str(Markup.escape(gettext("No ticket is open"))) in drawn


def test_what_is_added_to_the_globals_holds_in_every_language() -> None:
    use_locale("ja")
    before = environment().globals

    use_locale("en")

    assert environment().globals is before
