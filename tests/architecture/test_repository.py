"""What no committed file may hold: the address of a package registry, or a path of somebody's machine."""

import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, assert_none, project_files

# Put together here, so that this file may be searched too.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.debian" + ".org",
]
MACHINE_PATH = re.compile(r"(?<![\w./$}-])/(?:work|root|home|Users|opt)/\w")
REGISTRY = re.compile("|".join(map(re.escape, REGISTRIES)))


def foreign_addresses(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := REGISTRY.search(line) or MACHINE_PATH.search(line):
            yield f"{number}: {found[0]}"


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = [
        f"{path}:{complaint}"
        for path in project_files()
        for complaint in foreign_addresses((ROOT / path).read_bytes().decode(errors="replace"))
    ]

    assert_none(found)
