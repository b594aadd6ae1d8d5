"""Mailboxes in the browser: a secret goes in and never comes out."""

import re
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.mailbox import MailboxTerms, Password, TokenGrant
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AuditEvent, Mailbox
from app.premises import Premises
from app.services import mailboxes
from app.services.staff import Person
from tests import at_desk

SECRET = "open sesame"
FORM: dict[str, Any] = {
    "name": "来信", "host": "mail.example.org", "security": "tls", "port": "",
    "user_name": "opinions@example.org", "folder": "INBOX",
}  # fmt: skip


@pytest.fixture(autouse=True)
async def administrator(client: AsyncClient, premises: Premises) -> Person:
    """An administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)
    return person


async def add(client: AsyncClient, **said: str) -> Response:
    return await client.post(
        "/desk/mailboxes/new", data=FORM | {"secret": SECRET} | said
    )


async def row(premises: Premises) -> Mailbox:
    async with premises.database.reading() as session:
        return (await session.scalars(select(Mailbox))).one()


async def terms(premises: Premises) -> MailboxTerms:
    return mailboxes.terms_of(premises.house.seal, await row(premises))


async def change(client: AsyncClient, premises: Premises, **said: str) -> Response:
    """Send the form of the mailbox as it now stands, unless told otherwise."""
    at = f"/desk/mailboxes/{(await row(premises)).id}"
    page = await client.get(at)
    found = re.search(r'name="version" value="(\w+)"', page.text)
    assert found
    return await client.post(at, data=FORM | {"version": found[1]} | said)


async def test_a_mailbox_is_set_up_with_the_usual_port(
    client: AsyncClient, premises: Premises
) -> None:
    page = await add(client)

    assert page.status_code == 303
    set_up = await terms(premises)
    assert set_up.port == 993
    assert set_up.secret == Password(password=SECRET)
    assert "立即检查" in (await client.get("/desk/mailboxes")).text


async def test_two_mailboxes_whose_names_look_the_same_are_not_set_up(
    client: AsyncClient, premises: Premises
) -> None:
    await add(client)

    again = await add(client, name=" 来\u200b信  ")

    assert again.status_code == 409
    assert "已有同名的邮箱" in again.text
    assert (await row(premises)).name == "来信"


async def test_it_can_be_opened_with_oauth(
    client: AsyncClient, premises: Premises
) -> None:
    grant = {"way": "oauth", "token_url": "https://login.example.org/token",
             "client_id": "huiyin", "scope": "imap"}  # fmt: skip

    await add(client, **grant)

    assert (await terms(premises)).secret == TokenGrant(
        token_url=grant["token_url"], client_id="huiyin", refresh_token=SECRET,
        scope="imap",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"host": ""}, "host"),
        ({"host": "https://imap.example.org"}, "host"),
        ({"host": "imap.example.org:993"}, "host"),
        ({"host": "imap example"}, "host"),
        ({"host": "imap..org"}, "host"),
        ({"host": "-"}, "host"),
        ({"user_name": ""}, "user_name"),
        ({"port": "99999"}, "port"),
        ({"port": "imap"}, "port"),
        ({"security": "none"}, "security"),
        ({"filed_in": "INBOX"}, "filed_in"),
        ({"secret": ""}, "secret"),
        ({"way": "oauth", "token_url": "http://example.org/token",
          "client_id": "x"}, "token_url"),
        ({"way": "oauth", "token_url": "https://example.org/token"}, "client_id"),
    ],
)  # fmt: skip
async def test_what_is_wrong_stands_beside_its_field_and_the_secret_nowhere(
    client: AsyncClient, said: dict[str, str], field: str
) -> None:
    page = await add(client, **said)

    assert page.status_code == 422
    assert f'id="wrong-{field}"' in page.text
    assert SECRET not in page.text


async def test_a_name_that_is_taken_is_refused(client: AsyncClient) -> None:
    await add(client)

    page = await add(client)

    assert page.status_code == 409
    assert 'id="wrong-name"' in page.text


async def test_the_page_of_a_mailbox_does_not_show_its_secret(
    client: AsyncClient, premises: Premises
) -> None:
    await add(client)

    page = await client.get(f"/desk/mailboxes/{(await row(premises)).id}")

    assert "mail.example.org" in page.text
    assert SECRET not in page.text


async def test_another_folder_needs_no_secret_and_is_read_from_its_beginning(
    client: AsyncClient, premises: Premises
) -> None:
    await add(client)
    async with premises.database.writing() as session:
        mailbox = await session.get_one(Mailbox, (await row(premises)).id)
        mailbox.uid_validity, mailbox.last_uid = 7, 70

    page = await change(client, premises, folder="意见")

    assert page.status_code == 303
    now = await row(premises)
    assert (now.folder, now.uid_validity, now.last_uid) == ("意见", None, 0)
    assert (await terms(premises)).secret == Password(password=SECRET)


async def test_another_name_leaves_the_place_where_it_was_left(
    client: AsyncClient, premises: Premises
) -> None:
    await add(client)
    async with premises.database.writing() as session:
        mailbox = await session.get_one(Mailbox, (await row(premises)).id)
        mailbox.uid_validity, mailbox.last_uid = 7, 70

    await change(client, premises, name="意见箱")

    now = await row(premises)
    assert (now.name, now.uid_validity, now.last_uid) == ("意见箱", 7, 70)


@pytest.mark.parametrize(
    "said",
    [{"host": "elsewhere.example.org"}, {"port": "1993"}, {"user_name": "x"},
     {"security": "starttls"}],
)  # fmt: skip
async def test_nobody_has_a_kept_secret_sent_to_another_place(
    client: AsyncClient, premises: Premises, said: dict[str, str]
) -> None:
    await add(client)

    page = await change(client, premises, **said)

    assert page.status_code == 422
    assert 'id="wrong-secret"' in page.text
    assert (await row(premises)).host == "mail.example.org"
    assert (await change(client, premises, secret="new", **said)).status_code == 303


async def test_of_two_changes_of_the_same_state_the_second_is_told(
    client: AsyncClient, premises: Premises
) -> None:
    await add(client)

    page = await change(client, premises, name="意见箱", version="0" * 64)

    assert page.status_code == 409
    assert (await row(premises)).name == "来信"


async def test_a_mailbox_is_removed_by_whoever_is_sure(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    await add(client)
    at = f"/desk/mailboxes/{(await row(premises)).id}/remove"

    unsure = await client.post(at)
    sure = await client.post(at, data={"sure": "true"})
    again = await client.post(at, data={"sure": "true"})

    assert [each.status_code for each in (unsure, sure, again)] == [422, 303, 404]
    async with premises.database.reading() as session:
        assert await session.scalar(select(Mailbox.id)) is None
        rows = await session.scalars(
            select(AuditEvent.action).where(
                AuditEvent.staff_id == administrator.staff_id,
                AuditEvent.action.in_([Action.MAILBOX_ADDED, Action.MAILBOX_REMOVED]),
            )
        )
    assert set(rows) == {Action.MAILBOX_ADDED, Action.MAILBOX_REMOVED}
