"""What is missing is skipped at a desk and fails in CI."""

import pytest

from tests.support.missing import require_program


def test_at_a_desk_a_test_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="install Debian's package ghost-tools"):
        require_program("no-such-program", package="ghost-tools")


def test_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="ghost-tools"):
        require_program("no-such-program", package="ghost-tools")
