"""Files on a page of their own: shown where that is safe, and with what is known."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.submission import File
from app.domain.vocabulary import Role
from app.models import Attachment
from app.premises import Premises
from tests import at_desk

PNG = b"\x89PNG\r\n\x1a\n.."
FILES = {
    "picture": File(file_name="灯.png", media_type="image/png", content=PNG),
    "document": File(file_name="决定.pdf", media_type="application/pdf",
                     content=b"%PDF-1.7\n"),
    "text": File(file_name="页.html", media_type="text/html",
                 content="<script>alert(1)</script>路灯".encode()),
    "false": File(file_name="图.png", media_type="image/png", content=b"MZ\x90\x00"),
}  # fmt: skip


@pytest.fixture
async def folder(client: AsyncClient, premises: Premises) -> dict[str, str]:
    """The addresses of the files of a case, with a clerk signed in."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    opened = await at_desk.open_case(premises, files=tuple(FILES.values()))
    async with premises.database.reading() as session:
        keys = list(await session.scalars(select(Attachment.id).order_by("id")))
    at = f"/desk/cases/{opened.receipt_number}/files"
    return {name: f"{at}/{key}" for name, key in zip(FILES, keys, strict=True)}


@pytest.mark.parametrize(
    ("name", "media_type"), [("picture", "image/png"), ("document", "application/pdf")]
)
async def test_what_is_shown_has_a_fixed_type_and_may_do_nothing(
    client: AsyncClient, folder: dict[str, str], name: str, media_type: str
) -> None:
    sent = await client.get(f"{folder[name]}/content")

    assert sent.headers["content-type"] == media_type
    assert sent.headers["content-disposition"] == "inline"
    assert "sandbox" in sent.headers["content-security-policy"]
    assert "default-src 'none'" in sent.headers["content-security-policy"]
    assert sent.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["text", "false"])
async def test_everything_else_is_saved(
    client: AsyncClient, folder: dict[str, str], name: str
) -> None:
    sent = await client.get(f"{folder[name]}/content")

    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"].startswith("attachment")


async def test_a_text_is_shown_as_text_whatever_it_holds(
    client: AsyncClient, folder: dict[str, str]
) -> None:
    page = await client.get(f"{folder['text']}/look")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;路灯" in page.text


async def test_what_is_not_what_it_is_called_is_warned_of(
    client: AsyncClient, folder: dict[str, str]
) -> None:
    page = await client.get(f"{folder['false']}/look")

    assert 'data-code="type_differs"' in page.text
    assert "application/x-msdownload" in page.text
    assert "<img" not in page.text
    assert (
        'data-code="type_differs"'
        not in (await client.get(f"{folder['picture']}/look")).text
    )


async def test_keys_lead_from_one_file_to_the_next(
    client: AsyncClient, folder: dict[str, str]
) -> None:
    page = await client.get(f"{folder['document']}/look")

    assert f'href="{folder["picture"]}/look" data-keys="["' in page.text
    assert f'href="{folder["text"]}/look" data-keys="]"' in page.text
