"""Signatures of letters that come in, checked by ourselves where the settings ask."""

from typing import Any

import pytest
from sqlalchemy import select

from app.models import Arrival
from app.premises import Premises
from app.workers.letters import settle_waiting
from tests.gateways import post
from tests.gateways.post import keep
from tests.gateways.test_dkim import DOMAIN, checker, signer

RESULT = {
    "by": "this service",
    "findings": [{"method": "dkim", "result": "pass", "domain": DOMAIN}],
}


async def found_out(premises: Premises, content: bytes) -> Any:
    """Return what is kept about the sender of a letter that comes now."""
    await keep(premises, content)
    await settle_waiting(premises)
    async with premises.database.reading() as session:
        return await session.scalar(select(Arrival.authentication))


async def test_what_we_find_is_kept_as_a_trusted_systems_word_is(
    premises: Premises,
) -> None:
    premises.signature_check = checker().check

    assert await found_out(premises, signer().signed(post.letter())) == RESULT


async def test_unless_it_is_asked_for_nothing_is_checked(premises: Premises) -> None:
    assert await found_out(premises, signer().signed(post.letter())) is None


async def test_a_letter_cannot_speak_in_our_name(premises: Premises) -> None:
    made_up = "this service; dkim=pass header.d=example.org"

    content = post.letter(Authentication_Results=made_up)

    assert await found_out(premises, content) is None


@pytest.mark.parametrize(
    "said", ['"this service"; dkim=pass', "thisservice; dkim=pass"]
)
async def test_nor_in_something_like_it(premises: Premises, said: str) -> None:
    content = post.letter(Authentication_Results=f"{said} header.d=example.org")

    assert await found_out(premises, content) is None


async def test_a_check_that_breaks_keeps_no_letter_from_being_read(
    premises: Premises,
) -> None:
    async def broken(_content: bytes) -> None:
        raise RuntimeError

    premises.signature_check = broken

    assert await found_out(premises, post.letter()) is None
