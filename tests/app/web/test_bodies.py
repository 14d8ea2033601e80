from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from app.web.limits import MAX_REQUEST_BYTES, MAX_TEXT_BYTES


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "\\udfff", "\\uD83D"])
async def test_json_with_what_no_database_can_keep_is_refused_by_name(client: AsyncClient, text: str) -> None:
    body = f'{{"channel_id": 1, "customer": {{"name": "{text}"}}}}'

    answer = await client.post("/api/v1/tickets", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "name"


async def test_a_pair_of_surrogates_is_a_character(client: AsyncClient) -> None:
    body = '{"text": "\\ud83d\\ude00"}'

    answer = await client.post("/api/v1/tickets", content=body, headers={"Content-Type": "application/json"})

    assert "text" not in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("address", ["/api/v1/tickets?q=a%00b", "/settings?%00=1", "/sign-in?next=%00"])
async def test_an_address_with_a_null_character_is_refused(client: AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code == 422


async def test_a_form_with_a_null_character_is_refused(client: AsyncClient) -> None:
    assert (await client.post("/settings", data={"name": "a\0b"})).status_code == 422


async def test_what_is_announced_as_too_large_is_refused_unread(client: AsyncClient) -> None:
    headers = {"Content-Length": str(MAX_REQUEST_BYTES + 1), "Content-Type": "application/json"}

    answer = await client.post("/api/v1/tickets", content=b"{}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_what_turns_out_to_be_too_large_is_refused(client: AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_REQUEST_BYTES // 1_000_000 + 1):
            yield b"x" * 1_000_000

    answer = await client.post("/api/v1/tickets", content=chunks(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 5000, b""])
async def test_what_is_no_json_is_the_askers_mistake(client: AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "one"}

    answer = await client.post("/api/v1/tickets", content=body, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_parsed_on_the_loop_is_small_even_for_nobody(client: AsyncClient) -> None:
    text = {"content": b"[" + b"1," * (MAX_TEXT_BYTES // 2) + b"1]", "headers": {"Content-Type": "application/json"}}

    answer = await client.post("/api/v1/tickets", **text)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
