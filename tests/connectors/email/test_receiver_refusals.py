"""Servers that keep some of their mails: the others come, and what is kept has no data."""

import pytest

from connectors.contracts import ConnectionProblem
from connectors.email import imap_folder
from tests.connectors.email.imap_script import (
    LISTED,
    Answer,
    ImapScript,
    bye,
    connected,
    drop,
    fetched,
)
from tests.connectors.email.scripted_server import Peer, serve


async def test_a_mail_that_the_server_does_not_give_out_has_no_data_and_blocks_nothing() -> None:
    async def without_the_second(peer: Peer, tag: str) -> None:
        await peer.say("* 1 FETCH (UID 10 BODY[] {1}\r\na)", '* 3 FETCH (UID 30 BODY[] "c")', f"{tag} NO broken")

    async with serve(ImapScript(bodies=without_the_second)) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 20: None, 30: b"c"}


async def test_a_mail_over_which_the_server_hangs_up_has_no_data_and_blocks_nothing() -> None:
    async def hang_up_over_the_second(peer: Peer, tag: str) -> None:
        uids = script.heard[-1].split()[2]
        if "20" in uids:
            peer.reset()
            return
        await peer.say(f"* 1 FETCH (UID {uids} BODY[] {{1}}\r\na)", f"{tag} OK")

    script = ImapScript(bodies=hang_up_over_the_second)
    async with serve(script) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 20: None, 30: b"a"}


REFUSALS = [
    "NO broken",
    "BAD User is authenticated but not connected.",
    "NO [UNAVAILABLE] later",
    "NO Request is throttled. Suggested Backoff Time: 5000",
]


@pytest.mark.parametrize("words", REFUSALS)
async def test_a_server_that_gives_out_nothing_is_asked_again_later(words: str) -> None:
    async def nothing(peer: Peer, tag: str) -> None:
        await peer.say(f"{tag} {words}")

    async with serve(ImapScript(bodies=nothing)) as port:
        receiver = await connected(port)

        with pytest.raises(ConnectionProblem) as raised:
            await fetched(receiver)
        await receiver.close()

    assert raised.value.detail == words


async def test_a_server_that_gives_out_nothing_for_long_gives_its_words_for_each_mail() -> None:
    async def nothing(peer: Peer, tag: str) -> None:
        await peer.say(f"{tag} NO [UNAVAILABLE] later")

    async with serve(ImapScript(bodies=nothing)) as port:
        receiver = await connected(port)

        batches = [batch async for batch in receiver.fetch(uidvalidity=None, after_uid=0, is_patient=False)]
        await receiver.close()

    [batch] = batches
    assert [(mail.uid, mail.data, mail.refusal) for mail in batch.messages] == [
        (uid, None, "NO [UNAVAILABLE] later") for uid in (10, 20, 30)
    ]


@pytest.mark.parametrize("words", REFUSALS)
async def test_one_that_is_refused_has_the_words_of_the_server_and_the_others_their_data(words: str) -> None:
    async def all_but_the_last(peer: Peer, tag: str) -> None:
        await peer.say("* 1 FETCH (UID 10 BODY[] {1}\r\na)", "* 2 FETCH (UID 20 BODY[] {1}\r\nb)", f"{tag} {words}")

    async with serve(ImapScript(bodies=all_but_the_last)) as port:
        receiver = await connected(port)

        [batch] = [batch async for batch in receiver.fetch(uidvalidity=None, after_uid=0)]
        await receiver.close()

    assert [(mail.data, mail.refusal) for mail in batch.messages] == [(b"a", ""), (b"b", ""), (None, words)]


async def test_an_empty_answer_for_a_mail_that_has_a_size_is_a_refusal() -> None:
    async def empty_second(peer: Peer, tag: str) -> None:
        await peer.say(
            "* 1 FETCH (UID 10 BODY[] {1}\r\na)",
            "* 2 FETCH (UID 20 BODY[] {0}\r\n)",
            "* 3 FETCH (UID 30 BODY[] {1}\r\nc)",
            f"{tag} OK",
        )

    async with serve(ImapScript(bodies=empty_second)) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 20: None, 30: b"c"}


async def test_single_mails_are_asked_for_again_as_long_as_the_folder_is_the_same() -> None:
    async with serve(ImapScript()) as port:
        receiver = await connected(port)

        again = [batch async for batch in receiver.fetch_again(uidvalidity=9, uids=[20, 40])]
        other = [batch async for batch in receiver.fetch_again(uidvalidity=8, uids=[20])]
        state, there = await receiver.list_uids(up_to=20)
        await receiver.close()

    assert [mail.uid for batch in again for mail in batch.messages] == [20]
    assert other == []
    assert (state.uidvalidity, sorted(there)) == (9, [10, 20])


@pytest.mark.parametrize("fault", [drop, bye])
async def test_one_whose_size_a_server_cannot_read_keeps_none_of_the_others_from_us(fault: Answer) -> None:
    async def but_the_second(peer: Peer, tag: str) -> None:
        asked = script.heard[-1].split()[2]
        numbers = [number for number in (1, 2, 3) if str(number * 10) in asked.split(",") or ":" in asked]
        if 2 in numbers:
            await fault(peer, tag)
            return
        await peer.say(*(LISTED.format(number=n, uid=n * 10) for n in numbers), f"{tag} OK")

    script = ImapScript(listing=but_the_second)
    async with serve(script) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert sorted(found) == [10, 20, 30]


async def test_a_mail_deleted_meanwhile_is_left_out() -> None:
    async def none_of_these(peer: Peer, tag: str) -> None:
        await peer.say(f"{tag} OK")

    async def without_the_second(peer: Peer, tag: str) -> None:
        await peer.say("* 1 FETCH (UID 10 BODY[] {1}\r\na)", "* 2 FETCH (UID 30 BODY[] {1}\r\nc)", f"{tag} OK")

    async with serve(ImapScript(uid=none_of_these, bodies=without_the_second)) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 30: b"c"}


@pytest.fixture
def _read_in_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mails of the script, of which it says that they have five bytes."""
    monkeypatch.setattr(imap_folder, "MAXIMUM_MESSAGE_BYTES", 2)
    monkeypatch.setattr(imap_folder, "PIECE_BYTES", 2)


async def _read_first(content: str, *, after: int = 0, words: str = "OK") -> bytes:
    """The first mail of a server that has nothing more to say about it after so many bytes, if any."""

    async def piece(peer: Peer, tag: str) -> None:
        offset = int(script.heard[-1].partition("<")[2].partition(".")[0])
        said = content[offset : offset + 2]
        if after and offset >= after:
            await peer.say(f"{tag} {words}")
        else:
            await peer.say(f"* 1 FETCH (UID 10 BODY[]<{offset}> {{{len(said)}}}\r\n{said})", f"{tag} OK")

    script = ImapScript(bodies=piece)
    async with serve(script) as port:
        receiver = await connected(port)
        try:
            batches = receiver.fetch(uidvalidity=None, after_uid=0)
            [mail] = (await anext(batches)).messages[:1]
            assert mail.read is not None
            return b"".join([piece async for piece in mail.read()])
        finally:
            await receiver.close()


@pytest.mark.usefixtures("_read_in_twos")
@pytest.mark.parametrize("content", ["abc", "abcd", "abcde", "abcdef", "abcdefg"])
async def test_a_large_mail_is_read_to_its_end_whatever_size_the_server_told(content: str) -> None:
    assert await _read_first(content) == content.encode()


@pytest.mark.usefixtures("_read_in_twos")
@pytest.mark.parametrize(
    ("words", "detail"), [("NO broken", "NO broken"), ("OK", "the server gives out none of its messages")]
)
async def test_a_large_mail_that_is_refused_or_deleted_in_the_middle_is_not_taken_for_whole(
    words: str, detail: str
) -> None:
    with pytest.raises(ConnectionProblem) as raised:
        await _read_first("abcde", after=2, words=words)

    assert raised.value.detail == detail


@pytest.mark.usefixtures("_read_in_twos")
async def test_large_mails_stand_alone_so_that_each_is_stored_before_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imap_folder, "BATCH_BYTES", 4)
    async with serve(ImapScript()) as port:
        receiver = await connected(port)

        batches = [batch async for batch in receiver.fetch(uidvalidity=None, after_uid=0)]
        await receiver.close()

    assert [[mail.uid for mail in batch.messages] for batch in batches] == [[10], [20], [30]]
