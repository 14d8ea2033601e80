"""From a submission to a message: each answer under what was asked."""

import re

from connectors.contracts import Address, Hints, InboundMessage, Passage
from connectors.form.submission import Answer, Submission, unpack

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def parse(raw: bytes) -> InboundMessage:
    """Never raises."""
    try:
        return _message(unpack(raw))
    except ValueError:
        return InboundMessage(problem="unreadable")


def _message(submission: Submission) -> InboundMessage:
    text = "\n".join(_written(answer, submission.language) for answer in submission.answers)
    return InboundMessage(
        subject=_clean(submission.subject),
        sender=Address(_clean(submission.name), _clean(submission.address)),
        passages=(Passage(text=_clean(text).strip()),),
        attachments=submission.files,
        sent_at=submission.sent_at,
        can_auto_reply=True,
        hints=Hints(category_id=submission.category_id, is_suspicious=submission.is_suspicious),
    )


def _written(answer: Answer, language: str) -> str:
    """What has several lines stands apart."""
    colon = "：" if language == "ja" else ":"
    if "\n" in answer.value:
        return f"\n{answer.label}{colon}\n{answer.value}\n"
    return f"{answer.label}{colon}{answer.value}" if language == "ja" else f"{answer.label}{colon} {answer.value}"


def _clean(text: str) -> str:
    return UNSTORABLE.sub("", text)
