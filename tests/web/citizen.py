"""A citizen at the public site: what goes into its forms and is read off its pages."""

import re
from collections.abc import Sequence

from httpx import AsyncClient, Response

from tests import make

WRITE = f"/notices/{make.SLUG}/write"
KEY = "a-key-of-the-clients-own"
PNG = b"\x89PNG\r\n\x1a\n and a picture"

Upload = tuple[str, bytes]


async def form(
    client: AsyncClient, page: str = WRITE, **changes: str
) -> dict[str, str]:
    """Return the form of ``page`` with its hidden fields, filled in."""
    fields = {
        "subject": "路灯不亮",
        "text": make.TEXT,
        "kind": "complaint",
        "name": "张三",
        "email": make.EMAIL,
        "consent": "yes",
    }
    return hidden(await client.get(page)) | fields | changes


async def send(
    client: AsyncClient,
    fields: dict[str, str],
    *,
    files: Sequence[Upload] = (),
    to: str = WRITE,
) -> Response:
    """Send a form as a browser does, with the files in its one field for files."""
    parts = [("files", (name, content)) for name, content in files]
    parts = parts or [("files", ("", b""))]
    return await client.post(to, data=fields, files=parts)


async def written(client: AsyncClient, **changes: str) -> tuple[str, str]:
    """Send in an opinion; return its number and code."""
    return receipt(await send(client, await form(client, **changes)))


async def tracked(client: AsyncClient, number: str, code: str) -> Response:
    """Open the page that number and code lead to."""
    return await client.post("/track", data={"number": number, "code": code})


def hidden(page: Response) -> dict[str, str]:
    """Return the hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return dict(found)


def receipt(page: Response) -> tuple[str, str]:
    """Return number and code off a receipt."""
    number = re.search(r'id="receipt-number">([^<]+)<', page.text)
    code = re.search(r'id="query-code">(.+?)</output>', page.text)
    assert number, page.text
    assert code, page.text
    return number[1], code[1].replace("<wbr>", "")


def opinion(**changes: object) -> dict[str, object]:
    """Return an opinion as the API takes it."""
    facts: dict[str, object] = {
        "notice": make.SLUG,
        "text": make.TEXT,
        "contact": {"email": make.EMAIL},
        "consent": True,
    }
    return facts | changes
