"""Automatic answers name nobody whom a failure could be told to (RFC 3834, 3.3), as far as providers allow it."""

import pytest

from connectors.email.sender import SmtpSender
from tests.connectors.email.samples import build_message, build_settings
from tests.connectors.email.scripted_server import serve
from tests.connectors.email.test_sender import CommitPoint, SmtpScript

NOBODY, OURSELVES = "MAIL FROM:<>", "MAIL FROM:<support@example.jp>"


@pytest.mark.parametrize(
    ("answers", "paths"),
    [({}, [NOBODY]), ({NOBODY: "553 5.7.1 not yours"}, [NOBODY, OURSELVES])],
)
async def test_an_automatic_answer_has_no_return_path_unless_its_provider_wants_one(
    answers: dict[str, str], paths: list[str]
) -> None:
    script, message = SmtpScript(answers), build_message(is_automatic=True, is_auto_reply=True)

    async with serve(script) as port:
        await SmtpSender(build_settings(smtp_port=port)).send(message, before_commit_point=CommitPoint())

    assert [line for line in script.heard if line.startswith("MAIL")] == paths
    assert b"Auto-Submitted: auto-replied\r\n" in script.body
    assert b"Precedence: bulk\r\n" in script.body
