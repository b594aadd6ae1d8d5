"""Rewording: an office's own words in the place of those that came with the package."""

import pytest
from sqlalchemy import insert, select, update

from app.domain.record import Action
from app.domain.vocabulary import Language, MailPurpose, Role
from app.errors import NotAllowed
from app.mail.wordings import Wording, packaged
from app.models import AuditEvent, LetterWording, OutboxMessage
from app.premises import Premises
from app.services import letters, rewording
from app.services.rewording import PACKAGED, BadWording, StaleWording, WordingEntry
from app.services.shelf import STALE_AFTER
from app.services.staff import Person
from tests import at_desk
from tests.fakes import START, FakeClock

KEY = (MailPurpose.ACKNOWLEDGEMENT, Language.ZH)
OURS = Wording(
    subject="收到 $receipt_number",
    body="收到了：$receipt_number $query_code $track_url $not_me_url",
)


@pytest.fixture
async def keeper(premises: Premises) -> Person:
    """Somebody who may say what letters say."""
    return await at_desk.hire(premises, Role.ADMINISTRATOR)


async def change(
    premises: Premises,
    keeper: Person,
    wording: Wording = OURS,
    *,
    version: str = PACKAGED,
) -> None:
    async with premises.database.writing() as session:
        await rewording.change(
            session, keeper, *KEY, wording, version=version, now=premises.clock()
        )


async def entry(premises: Premises, keeper: Person) -> WordingEntry:
    async with premises.database.reading() as session:
        return await rewording.entry(session, keeper, *KEY)


async def newest_letter(premises: Premises) -> letters.LetterContent:
    """Return the acknowledgement of an opinion that comes now."""
    await at_desk.open_case(premises)
    async with premises.database.reading() as session:
        row = await session.scalar(
            select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
        )
    assert row is not None
    return letters.unseal(premises.house.seal, row.sealed or b"")


async def test_letters_speak_in_our_words_within_seconds(
    premises: Premises, keeper: Person, clock: FakeClock
) -> None:
    assert (await newest_letter(premises)).body.startswith("您好")
    await change(premises, keeper)
    clock.advance(seconds=STALE_AFTER.total_seconds())

    letter = await newest_letter(premises)

    assert letter.subject.startswith("收到 ")
    assert letter.body.startswith("收到了：")


async def test_a_changed_wording_names_who_changed_it_and_is_put_down(
    premises: Premises, keeper: Person
) -> None:
    await change(premises, keeper)

    found = await entry(premises, keeper)
    assert (found.own, found.by, found.wording.subject) == (
        True, keeper_name(keeper), OURS.subject
    )  # fmt: skip
    async with premises.database.reading() as session:
        event = (
            await session.scalars(
                select(AuditEvent).where(AuditEvent.action == Action.WORDING_CHANGED)
            )
        ).one()
    assert event.staff_id == keeper.staff_id
    assert event.facts == {
        "purpose": "acknowledgement", "language": "zh", "packaged": False
    }  # fmt: skip


def keeper_name(keeper: Person) -> str:
    return f"{keeper.role} 某"


@pytest.mark.parametrize("begun", [False, True])
async def test_of_two_who_change_the_same_the_second_has_to_look_again(
    premises: Premises, keeper: Person, clock: FakeClock, *, begun: bool
) -> None:
    if begun:
        await change(premises, keeper)
    seen = (await entry(premises, keeper)).version
    clock.advance(seconds=1)
    await change(premises, keeper, version=seen)
    clock.advance(seconds=1)

    with pytest.raises(StaleWording):
        await change(premises, keeper, version=seen)


async def test_two_at_the_same_moment_do_not_overwrite_each_other(
    premises: Premises, keeper: Person
) -> None:
    row = {
        "purpose": KEY[0], "language": KEY[1], "subject": "s", "body": "b",
        "staff_id": keeper.staff_id, "changed_at": START,
    }  # fmt: skip
    async with premises.database.writing() as session:
        await session.execute(insert(LetterWording), [row])
        with pytest.raises(StaleWording):
            await rewording._put_in(session, row)  # noqa: SLF001 - past the check


async def test_back_to_what_came_with_the_package(
    premises: Premises, keeper: Person
) -> None:
    await change(premises, keeper)
    async with premises.database.writing() as session:
        await rewording.reset(
            session, keeper, *KEY,
            version=(await entry(premises, keeper)).version, now=START,
        )  # fmt: skip

    found = await entry(premises, keeper)
    assert (found.own, found.wording) == (False, packaged(*KEY))


async def test_a_wording_that_lacks_what_letters_have_to_tell_is_not_kept(
    premises: Premises, keeper: Person
) -> None:
    with pytest.raises(BadWording) as refused:
        await change(premises, keeper, Wording(subject="好", body="收到了"))

    assert {fault.place for fault in refused.value.faults} == {
        "$receipt_number", "$query_code", "$track_url", "$not_me_url"
    }  # fmt: skip
    assert not (await entry(premises, keeper)).own


async def test_a_kept_wording_that_cannot_be_used_any_more_stops_no_letter(
    premises: Premises, keeper: Person, clock: FakeClock
) -> None:
    await change(premises, keeper)
    async with premises.database.writing() as session:
        await session.execute(update(LetterWording).values(body="$gone"))
    clock.advance(seconds=STALE_AFTER.total_seconds())

    assert (await newest_letter(premises)).body.startswith("您好")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
async def test_only_an_administrator_says_what_letters_say(
    premises: Premises, role: Role
) -> None:
    person = await at_desk.hire(premises, role)

    with pytest.raises(NotAllowed):
        await change(premises, person)
