"""What LINE says of an account, part by part, and what is the first thing that is wrong."""

import pytest

from connectors.contracts import ConnectionProblem
from connectors.line.check import check, inspect, point_here
from connectors.line.settings import LineSettings
from connectors.talks import AccountState, Finding
from tests.support.line_answers import ENDPOINT, HOOK, INFO, QUOTA, SET_ENDPOINT, TEST, USED, LineAnswers, stand_in

SETTINGS = LineSettings(channel_secret="s", channel_access_token="t", hook_url=HOOK)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> LineAnswers:
    answers = LineAnswers()
    stand_in(monkeypatch, answers)
    return answers


async def found(settings: LineSettings = SETTINGS) -> dict[str, Finding]:
    return {finding.part: finding async for finding in inspect(settings)}


async def test_an_account_that_is_well_is_named(line: LineAnswers) -> None:
    findings = await found()

    assert [part for part, finding in findings.items() if finding.is_good] == list(findings)
    assert list(findings) == ["token", "webhook", "use", "arrival", "chat", "quota"]
    assert await check(SETTINGS) == AccountState("窓口", "@desk")


async def test_after_a_refused_token_nothing_else_is_asked(line: LineAnswers) -> None:
    line.say(INFO, 401, message="Authentication failed")

    findings = await found()

    assert findings == {
        "token": Finding("token", False, "token_refused", "Authentication failed", field="channel_access_token")
    }
    assert line.calls == [INFO]


@pytest.mark.parametrize(
    ("call", "status", "body", "part", "code"),
    [
        (ENDPOINT, 404, {"message": "not found"}, "webhook", "no_webhook"),
        (ENDPOINT, 200, {"endpoint": "https://old.example/hook", "active": True}, "webhook", "webhook_elsewhere"),
        (ENDPOINT, 200, {"endpoint": HOOK, "active": False}, "use", "webhook_off"),
        (TEST, 200, {"success": False, "statusCode": 401, "reason": "ERROR_STATUS_CODE"}, "arrival", "wrong_secret"),
        (TEST, 200, {"success": False, "statusCode": 0, "reason": "REQUEST_TIMEOUT"}, "arrival", "webhook_fails"),
        (USED, 200, {"totalUsage": 200}, "quota", "quota_exhausted"),
    ],
)
async def test_what_is_wrong_is_said_at_its_part(
    line: LineAnswers, call: str, status: int, body: dict[str, object], part: str, code: str
) -> None:
    line.say(call, status, **body)

    finding = (await found())[part]

    assert (finding.is_good, finding.code) == (False, code)
    with pytest.raises(ConnectionProblem) as problem:
        await check(SETTINGS)
    assert problem.value.code == code
    assert problem.value.field != "channel_access_token", "the token is right"


async def test_chat_that_is_off_is_told_and_no_failure(line: LineAnswers) -> None:
    line.say(INFO, 200, basicId="@desk", displayName="窓口", chatMode="bot")

    finding = (await found())["chat"]

    assert (finding.is_good, finding.code) == (None, "chat_off")
    assert (await check(SETTINGS)).name == "窓口"


async def test_without_a_limit_nothing_is_used_up(line: LineAnswers) -> None:
    line.say(QUOTA, 200, type="none")

    assert (await found())["quota"].is_good


async def test_before_an_account_is_saved_no_webhook_is_looked_at(line: LineAnswers) -> None:
    findings = await found(LineSettings(channel_secret="s", channel_access_token="t"))

    assert list(findings) == ["token", "chat", "quota"]


async def test_line_is_told_where_the_desk_is(line: LineAnswers) -> None:
    await point_here(SETTINGS)
    line.say(SET_ENDPOINT, 400, message="Invalid webhook endpoint URL")

    assert line.sent[SET_ENDPOINT] == {"endpoint": HOOK}
    with pytest.raises(ConnectionProblem, match="Invalid webhook endpoint URL"):
        await point_here(SETTINGS)
