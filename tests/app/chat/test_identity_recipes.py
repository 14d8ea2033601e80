"""The recipes of docs/chat.md make tokens that the desk takes, each the same one."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.chat.identity import SiteUser, read_identity, sign

SECRET = "a secret of tests"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNTIL = int((AT + timedelta(hours=1)).timestamp())
USER = f'"id": "42", "name": "鈴木 太郎/髙", "mail": "taro+a@example.jp", "exp": {UNTIL}'
PHP_USER = USER.replace(": ", " => ")
RECIPES = {
    "python": ([sys.executable, "-"], f'print(madoguchi_identity("{SECRET}", {{{USER}}}))'),
    "php": (["php"], f'echo madoguchi_identity("{SECRET}", [{PHP_USER}]);'),
    "ruby": (["ruby", "-Ku", "-"], f'puts madoguchi_identity("{SECRET}", {{{USER}}})'),
    "js": (["node", "--input-type=module", "-"], f'console.log(madoguchiIdentity("{SECRET}", {{{USER}}}))'),
}
EXPECTED = SiteUser("42", "鈴木 太郎/髙", "taro+a@example.jp")


@pytest.mark.parametrize("language", RECIPES)
def test_a_recipe_signs_as_the_desk_reads(language: str) -> None:
    program, call = RECIPES[language]
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not here")

    token = _run(program, f"{'<?php ' if language == 'php' else ''}{_recipe(language)}\n{call}\n")

    assert read_identity(token, SECRET, AT) == EXPECTED
    assert token == _run(RECIPES["python"][0], f"{_recipe('python')}\n{RECIPES['python'][1]}")


def test_the_desk_signs_by_the_same_rule() -> None:
    assert read_identity(sign({"id": "42", "exp": UNTIL}, SECRET), SECRET, AT) == SiteUser("42")


def _recipe(language: str) -> str:
    """The last block of that language: the first of JavaScript is what a page says."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", Path("docs/chat.md").read_text(), re.DOTALL)
    return blocks[-1]


def _run(program: list[str], code: str) -> str:
    done = subprocess.run(program, input=code, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
