import time

from app.accounts.passwords import hash_password, verify_password


async def test_the_right_password_is_told_from_a_wrong_one() -> None:
    stored = await hash_password("correct horse battery")

    assert stored.startswith("$argon2id$")
    assert await verify_password("correct horse battery", stored)
    assert not await verify_password("correct horse batterz", stored)


async def test_full_width_letters_are_the_same_password() -> None:
    assert await verify_password("ｐａｓｓｗｏｒｄ１", await hash_password("password1"))


async def test_nobody_takes_as_long_as_somebody() -> None:
    stored = await hash_password("correct horse battery")

    assert not await verify_password("nobody has this password", "")
    tries = [(await _seconds("wrong", stored), await _seconds("wrong", "")) for _ in range(5)]
    somebody, nobody = map(min, zip(*tries, strict=True))
    assert nobody > somebody / 3


async def _seconds(password: str, stored: str) -> float:
    """Of which the shortest of several tells: the others waited for somebody else's work."""
    started = time.perf_counter()
    await verify_password(password, stored)
    return time.perf_counter() - started
