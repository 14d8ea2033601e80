import pytest
from fastapi import FastAPI, Response
from starlette.requests import Request

from app.core.settings import Settings
from app.web.cookies import session_cookie, set_session_cookie


def request_of(base_url: str, *, scheme: str = "http", cookie: str = "") -> Request:
    app = FastAPI()
    app.state.settings = Settings(_env_file=None, base_url=base_url)
    headers = [(b"host", b"desk.example.jp"), (b"cookie", cookie.encode())]
    return Request(
        {
            "type": "http",
            "app": app,
            "scheme": scheme,
            "method": "GET",
            "path": "/",
            "headers": headers,
            "query_string": b"",
        }
    )


def names_set(request: Request) -> set[str]:
    response = Response()
    set_session_cookie(request, response, "token")
    return {cookie.partition("=")[0] for cookie in response.headers.getlist("set-cookie")}


@pytest.mark.parametrize(
    ("base_url", "scheme", "names"),
    [
        ("https://desk.example.jp", "https", {"__Host-madoguchi"}),
        ("https://desk.example.jp", "http", {"__Host-madoguchi"}),
        ("http://192.168.1.5:8000", "https", {"__Host-madoguchi"}),
        ("http://192.168.1.5:8000", "http", {"madoguchi"}),
        ("http://127.0.0.1:8000", "http", {"__Host-madoguchi", "madoguchi"}),
        ("http://localhost:8000", "http", {"__Host-madoguchi", "madoguchi"}),
        ("http://[::1]:8000", "http", {"__Host-madoguchi", "madoguchi"}),
    ],
)
def test_the_cookie_is_bound_to_the_host_wherever_browsers_allow_it(
    base_url: str, scheme: str, names: set[str]
) -> None:
    assert names_set(request_of(base_url, scheme=scheme)) == names


def test_over_https_a_plain_cookie_is_not_believed() -> None:
    """Any sister site could have set it."""
    request = request_of("https://desk.example.jp", scheme="https", cookie="madoguchi=tossed")

    assert session_cookie(request) == ""


def test_the_bound_cookie_is_believed_before_the_plain_one() -> None:
    request = request_of("http://127.0.0.1:8000", cookie="madoguchi=plain; __Host-madoguchi=bound")

    assert session_cookie(request) == "bound"
