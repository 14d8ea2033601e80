import pytest

from connectors.email.smtp_session import dot_stuffed


@pytest.mark.parametrize("body", [b"", b".", b".a\r\n", b"a\nb\r.\nc", b"..\r\n.\r\n", b"a\r\n.\r\nb"])
def test_dots_are_doubled_and_lines_end_in_crlf(body: bytes) -> None:
    data = dot_stuffed(body)

    assert data.endswith(b"\r\n.\r\n") or data == b".\r\n"
    assert b"\r\n.\r\n" not in data[:-3].removesuffix(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
