import imaplib

import pytest

from connectors.contracts import ConnectionProblem
from connectors.email import folders
from connectors.email.parser import parse
from connectors.email.sent_folder import ImapSentFolder
from connectors.email.settings import EmailSettings
from tests.connectors.email.samples import build_message, build_settings
from tests.support.dovecot import Mailbox

NAMED = "送信済み & 控え"


@pytest.fixture
def settings(mailbox: Mailbox) -> EmailSettings:
    return build_settings(
        imap_host=mailbox.host, imap_port=mailbox.port, imap_user=mailbox.user, imap_password=mailbox.password
    )


def wire_name(folder: str) -> str:
    return folders.encode(folder).decode()


def create(mailbox: Mailbox, folder: str) -> None:
    with mailbox.server.connect(mailbox.user) as client:
        client.create(f'"{wire_name(folder)}"')


def read(mailbox: Mailbox, folder: str, uid: int) -> bytes:
    client: imaplib.IMAP4
    with mailbox.server.connect(mailbox.user) as client:
        client.select(f'"{wire_name(folder)}"', readonly=True)
        _, answer = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    assert isinstance(answer[0], tuple)
    return bytes(answer[0][1])


async def test_a_copy_lies_once_where_the_server_keeps_sent_mail(mailbox: Mailbox, settings: EmailSettings) -> None:
    create(mailbox, "Sent")
    keeper = ImapSentFolder(settings)

    await keeper.keep(build_message(subject="ご請求書"))
    await keeper.keep(build_message(subject="ご請求書"))

    [uid] = mailbox.uids(folder="Sent")
    assert mailbox.flags(uid, folder="Sent") >= {"\\Seen"}
    assert parse(read(mailbox, "Sent", uid)).subject == "ご請求書"
    assert mailbox.uids() == []


async def test_a_folder_may_be_named_as_people_write_it(mailbox: Mailbox, settings: EmailSettings) -> None:
    create(mailbox, NAMED)

    await ImapSentFolder(settings, NAMED).keep(build_message())

    assert len(mailbox.uids(folder=wire_name(NAMED))) == 1


async def test_a_folder_that_is_not_there_is_told(settings: EmailSettings) -> None:
    with pytest.raises(ConnectionProblem) as nowhere:
        await ImapSentFolder(settings).keep(build_message())
    with pytest.raises(ConnectionProblem) as unknown:
        await ImapSentFolder(settings, "Nowhere").keep(build_message())

    assert [each.value.code for each in (nowhere, unknown)] == ["no_folder", "no_folder"]
