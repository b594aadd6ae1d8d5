"""A held letter's page: read safely, read again, and everything that is seen noted."""

from base64 import b64encode

import pytest
from httpx import AsyncClient

from app.domain.record import Action
from app.domain.vocabulary import HoldReason, Role
from app.mail.reading import Reading
from app.mail.view import View
from app.premises import Premises
from app.web import desk_preview
from tests import at_desk
from tests.holding import LETTER, deeds, events, hold

HTML = """\
From: li@example.org
Subject: lamps
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p onclick=x>灯坏了<script>alert(1)</script><img src=//track.example>
--b
Content-Type: text/html
Content-Disposition: attachment; filename="../evil.html"

<script>alert(2)</script>
--b--
""".encode()
BIG5 = (
    b"From: chen@example.org\nSubject: =?gb2312?B?"
    + b64encode("路燈壞了".encode("big5"))
    + b"?=\nContent-Type: text/plain; charset=gb2312\n\n"
    + "請儘快修理。".encode("big5")
)


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> None:
    """A clerk sits at the desk."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))


@pytest.mark.parametrize("reason", HoldReason)
async def test_it_says_why_it_is_held_and_what_to_do(
    client: AsyncClient, premises: Premises, reason: HoldReason
) -> None:
    key = await hold(premises, reason=reason)

    for language in ("", "/en"):
        page = await client.get(f"{language}/desk/held/{key}")
        assert page.status_code == 200


async def test_quotes_and_signatures_are_folded_away_and_kept(
    client: AsyncClient, premises: Premises
) -> None:
    quoted = "\n2026年11月1日，督查室 <a@b.cn> 写道：\n> 已登记。\n\n-- \n李四\n"
    key = await hold(premises, LETTER + quoted.encode())

    page = (await client.get(f"/desk/held/{key}")).text

    own, _, folded = page.partition('<details class="folded">')
    assert "巷口的路灯" in own
    assert "已登记" not in own
    assert "已登记" in folded


async def test_the_envelope_is_shown_where_it_says_something_else(
    client: AsyncClient, premises: Premises
) -> None:
    other = await hold(premises, sender="bounce@lists.example.org")
    same = await hold(premises)

    assert "bounce@lists" in (await client.get(f"/desk/held/{other}")).text
    assert "信封发件人" not in (await client.get(f"/desk/held/{same}")).text


async def test_who_wrote_a_letter_that_was_sent_on_is_shown_beside_who_did(
    client: AsyncClient, premises: Premises
) -> None:
    forward = """
---------- Forwarded message ---------
From: Sun <sun@example.com>
Date: Sun, 1 Nov 2026
Subject: a
To: b@example.org

c
"""
    letter = LETTER.replace(b"Subject: ", b"Subject: Fwd: ") + forward.encode()
    key = await hold(premises, letter)

    page = (await client.get(f"/desk/held/{key}")).text

    assert "Sun &lt;sun@example.com&gt;" in page
    assert "li@example.org" in page


async def test_a_query_code_in_a_letter_is_covered(
    client: AsyncClient, premises: Premises
) -> None:
    (number, code) = await _receipt(premises)
    key = await hold(premises, LETTER + f"{number} {code}\n".encode())

    page = (await client.get(f"/desk/held/{key}")).text

    assert number in page
    assert code not in page


async def test_html_is_text_until_a_page_is_asked_for_and_that_is_noted(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, HTML)

    text = await client.get(f"/desk/held/{key}")
    assert "<iframe" not in text.text
    assert Action.ORIGINAL_SEEN not in await deeds(premises)

    framed = await client.get(f"/desk/held/{key}?page=true")
    assert f'sandbox="" referrerpolicy="no-referrer" src="/desk/held/{key}/page"' in (
        framed.text
    )
    assert "frame-src 'self'" in framed.headers["content-security-policy"]

    page = await client.get(f"/desk/held/{key}/page")
    assert "<p>灯坏了</p>" in page.text
    for gone in ("<script", "onclick", "<img", "track.example"):
        assert gone not in page.text
    assert page.headers["content-security-policy"] == desk_preview.NO_POWER
    (event,) = await events(premises)
    assert (event.action, event.facts["seen"]) == (Action.ORIGINAL_SEEN, "page")


async def test_the_readers_word_that_a_page_is_harmless_is_not_taken(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await hold(premises, HTML)
    view = View(head="", has_page=True, page="<script>alert(1)</script>")
    lie = Reading(
        letter=None, excess=None, content_key="", hops=0, report=None, view=view
    )

    async def lying(*_: object, **__: object) -> Reading:
        return lie

    monkeypatch.setattr(premises.reading_room, "read_one", lying)

    page = await client.get(f"/desk/held/{key}/page")

    assert "<script" not in page.text
    assert "没有可以显示的网页" in page.text


async def test_a_file_is_only_ever_saved_and_that_is_noted(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, HTML)
    assert "evil.html" in (await client.get(f"/desk/held/{key}")).text

    sent = await client.get(f"/desk/held/{key}/files/0")

    assert sent.content.strip() == b"<script>alert(2)</script>"
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in sent.headers["content-security-policy"]
    assert sent.headers["content-disposition"].startswith(
        'attachment; filename="evil.html"'
    )
    assert (await events(premises))[0].facts["seen"] == "file"
    assert (await client.get(f"/desk/held/{key}/files/1")).status_code == 404


async def test_read_again_in_another_charset_it_is_the_same_letter(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, BIG5)
    assert "路燈壞了" not in (await client.get(f"/desk/held/{key}")).text

    page = await client.get(f"/desk/held/{key}?charset=big5-hkscs")

    assert "路燈壞了" in page.text
    assert "請儘快修理" in page.text
    (event,) = await events(premises)
    assert event.action is Action.HELD_DECODED
    assert event.facts["charset"] == "big5-hkscs"
    assert "路燈壞了" not in (await client.get(f"/desk/held/{key}")).text


async def test_a_charset_that_is_none_of_ours_is_refused(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, BIG5)

    page = await client.get(f"/desk/held/{key}?charset=idna")

    assert page.status_code == 422


async def test_it_says_whether_a_letter_goes_out_and_why_not(
    client: AsyncClient, premises: Premises
) -> None:
    machine = await hold(premises, b"Auto-Submitted: auto-replied\n" + LETTER)
    old = await hold(premises, acknowledge=False)
    person = await hold(premises)

    assert "不发：机器发出的信" in (await client.get(f"/desk/held/{machine}")).text
    assert "不发：从存档导入的旧信" in (await client.get(f"/desk/held/{old}")).text
    assert "发往 li@example.org" in (await client.get(f"/desk/held/{person}")).text


async def test_the_auditor_looks_and_has_no_form_that_changes_anything(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, HTML)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.AUDITOR))

    pages = [await client.get(f"/desk/held{path}") for path in ("", f"/{key}")]

    assert [page.text.count('method="post"') for page in pages] == [1, 1]
    assert "/desk/sign-out" in pages[1].text
    assert (await client.get(f"/desk/held/{key}/page")).status_code == 200


async def _receipt(premises: Premises) -> tuple[str, str]:
    registered = await at_desk.open_case(premises)
    assert registered.query_code is not None
    return registered.receipt_number, registered.query_code
