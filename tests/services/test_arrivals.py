import pytest

from app.domain.vocabulary import Fate
from app.premises import Premises
from app.services import arrivals
from app.workers.letters import settle_waiting
from tests.gateways import post


async def test_waiting_letters_come_in_their_order_and_in_parts(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "MOST_AT_ONCE", 2)
    kept = [await post.keep(premises, post.letter(str(n))) for n in range(3)]
    async with premises.database.reading() as session:
        first = await arrivals.waiting(session)
        rest = await arrivals.waiting(session, after=first[-1].arrival_id)

    assert [one.arrival_id for one in (*first, *rest)] == kept


async def test_large_letters_are_read_one_by_one(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "MOST_BYTES_AT_ONCE", 10)
    await post.keep(premises, post.letter())
    await post.keep(premises, post.letter())
    async with premises.database.reading() as session:
        assert len(await arrivals.waiting(session)) == 1


async def test_a_letter_of_some_size_is_kept_like_any_other(
    premises: Premises,
) -> None:
    content = post.letter("x" * 2**19)
    await post.keep(premises, content)

    assert [one.content for one in await post.kept(premises)] == [content]


async def test_the_envelope_is_kept_with_the_letter(premises: Premises) -> None:
    await post.keep(premises, post.letter(), post.INTAKE, sender="", acknowledge=False)

    (kept,) = await post.kept(premises)
    assert kept.envelope == arrivals.Envelope(
        sender="", recipients=(post.INTAKE,), acknowledge=False
    )


async def test_arrivals_are_the_sum_of_their_fates(premises: Premises) -> None:
    for number in range(4):
        await post.keep(premises, post.letter(Message_ID=f"<{number % 2}@example.org>"))
    await settle_waiting(premises)
    await post.keep(premises, post.letter())
    async with premises.database.reading() as session:
        counted = await arrivals.count_fates(session)

    assert counted == {Fate.OPENED: 2, Fate.DUPLICATE: 2, "waiting": 1}


async def test_what_became_of_a_letter_can_be_asked(premises: Premises) -> None:
    opened = await post.keep(premises, post.letter())
    held = await post.keep(premises, post.letter("", Subject=""))
    await settle_waiting(premises)
    waits = await post.keep(premises, post.letter())
    async with premises.database.reading() as session:
        found = await arrivals.settled(session, [opened, held, waits])

    assert found[opened].receipt_number is not None
    assert (found[held].fate, found[held].reason) == (Fate.HELD, "empty")
    assert found[waits].fate is None
