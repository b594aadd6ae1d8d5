import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.accounts import codes
from app.services.accounts.codes import CodeDeviceThere, NoCodeDevice, WrongCode
from app.services.staff import Person
from tests import at_desk
from tests.accounts import code_at, set_up_device
from tests.fakes import START, FakeClock


async def spend(premises: Premises, person: Person, code: str) -> None:
    async with premises.database.writing() as session:
        await codes.spend(
            session, premises.house, person.staff_id, code, now=premises.clock()
        )


async def test_a_code_is_taken_once(premises: Premises, clerk: Person) -> None:
    key = await set_up_device(premises, clerk)
    code = code_at(key, START + timedelta(seconds=30))
    await spend(premises, clerk, code)

    with pytest.raises(WrongCode):
        await spend(premises, clerk, code)


async def test_the_code_that_confirmed_the_device_opens_nothing_more(
    premises: Premises, clerk: Person
) -> None:
    key = await set_up_device(premises, clerk)

    with pytest.raises(WrongCode):
        await spend(premises, clerk, code_at(key, START))


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(-60, False), (-30, True), (0, True), (30, True), (60, False)],
)
async def test_a_clock_may_differ_by_one_step(
    premises: Premises, clock: FakeClock, clerk: Person, seconds: int, *, taken: bool
) -> None:
    key = await set_up_device(premises, clerk)
    clock.advance(minutes=10)
    code = code_at(key, clock() + timedelta(seconds=seconds))

    if taken:
        await spend(premises, clerk, code)
    else:
        with pytest.raises(WrongCode):
            await spend(premises, clerk, code)


async def test_codes_are_those_that_every_app_shows(
    premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        await codes.begin(session, premises.house, clerk, now=START)
        device = await codes.new_device(
            session, premises.house, clerk, issuer="回音 Huiyin"
        )
    totp = TOTP(base64.b32decode(device.key), 6, SHA1(), 30)  # noqa: S303 - what devices do
    uri = totp.get_provisioning_uri(clerk.user_name, "回音 Huiyin")

    assert f"secret={device.key}" in uri
    assert device.address.partition("?")[0] == uri.partition("?")[0]


@pytest.mark.parametrize("spelt", [str, str.upper, lambda code: code.replace("-", " ")])
async def test_a_code_on_paper_is_taken_once_however_it_is_spelt(
    premises: Premises, clerk: Person, spelt: Callable[[str], str]
) -> None:
    async with premises.database.writing() as session:
        made = await codes.make_recovery_codes(
            session, premises.house, clerk, now=START
        )
    await spend(premises, clerk, spelt(made[3]))

    with pytest.raises(WrongCode):
        await spend(premises, clerk, made[3])
    async with premises.database.reading() as session:
        assert await codes.recovery_codes_left(session, clerk.staff_id) == 9


async def test_new_codes_on_paper_void_the_old_ones(
    premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        old = await codes.make_recovery_codes(session, premises.house, clerk, now=START)
        new = await codes.make_recovery_codes(session, premises.house, clerk, now=START)

    with pytest.raises(WrongCode):
        await spend(premises, clerk, old[0])
    await spend(premises, clerk, new[0])


async def test_a_code_on_paper_is_good_for_its_owner_alone(
    premises: Premises, clerk: Person
) -> None:
    other = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        made = await codes.make_recovery_codes(
            session, premises.house, clerk, now=START
        )

    with pytest.raises(WrongCode):
        await spend(premises, other, made[0])


async def test_a_device_that_counts_is_not_replaced_behind_its_owners_back(
    premises: Premises, clerk: Person
) -> None:
    await set_up_device(premises, clerk)

    async with premises.database.writing() as session:
        with pytest.raises(CodeDeviceThere):
            await codes.begin(session, premises.house, clerk, now=START)
        with pytest.raises(NoCodeDevice):
            await codes.new_device(session, premises.house, clerk, issuer="x")


async def test_a_device_that_was_not_confirmed_opens_nothing(
    premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        await codes.begin(session, premises.house, clerk, now=START)
        device = await codes.new_device(session, premises.house, clerk, issuer="x")

    with pytest.raises(WrongCode):
        await spend(premises, clerk, code_at(device.key, START))
