import json
import re

from app.web.templates import STATIC_DIR, TEMPLATES_DIR, render_text

MODULES = sorted(STATIC_DIR.glob("js/**/*.js"))


def test_every_module_has_an_address_that_changes_with_it() -> None:
    rendered = render_text("layouts/import_map.html", {})
    addresses = json.loads(rendered)["imports"]

    assert sorted(addresses) == sorted(f"/static/{module.relative_to(STATIC_DIR)}" for module in MODULES)


def test_scripts_say_only_what_the_catalogs_know() -> None:
    texts = json.loads(re.sub(r"<[^>]+>", "", render_text("layouts/_texts.html", {})))
    said = {key for module in MODULES for key in re.findall(r'\bt\("(\w+)"', module.read_text())}

    assert said <= set(texts)


def test_every_sheet_is_linked() -> None:
    sheets = {sheet.stem for sheet in STATIC_DIR.glob("css/*.css")}
    linked = "".join(page.read_text() for page in TEMPLATES_DIR.rglob("*.html"))

    assert {sheet for sheet in sheets if f'"{sheet}"' not in linked and f"css/{sheet}.css" not in linked} == set()
