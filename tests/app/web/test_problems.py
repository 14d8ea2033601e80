"""What nobody foresaw is told in the log, and keys that addresses hold are not."""

import pytest
from httpx import AsyncClient

from app.web import problems, rates


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_log_names_the_route_of_a_crash_and_no_key(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    said: list[str] = []

    async def crash(*given: object) -> None:
        raise RuntimeError("nobody foresaw it")

    monkeypatch.setattr(rates, "require", crash)
    monkeypatch.setattr(problems.log, "error", lambda words, **named: said.append(f"{words} {named}"))

    answer = await client.request(method, "/asked/a-guests-key")

    assert answer.status_code == 500
    [line] = said
    assert "'/asked/{token}'" in line
    assert "a-guests-key" not in line
