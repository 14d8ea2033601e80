"""The last net: what nobody foresaw becomes a page or a problem without a stack trace, and a line in the log."""

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import show_crash


class CrashNet:
    """Inside of the headers, so that the page of a crash carries them too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_started = False

        async def send_noting(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except ClientDisconnect:
            return
        except Exception as error:
            if has_started:
                raise
            response = await show_crash(Request(scope, receive), error)
            await response(scope, receive, send)
