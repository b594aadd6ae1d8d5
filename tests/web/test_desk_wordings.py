"""Wordings, as pages of the desk."""

import re

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Language, MailPurpose, Role
from app.mail.wordings import Wording, packaged
from app.premises import Premises
from app.services.rewording import PACKAGED
from tests import at_desk
from tests.fakes import FakeClock
from tests.web.citizen import hidden

PAGE = "/desk/wordings/answer/zh"
OURS = {"subject": "回复 $receipt_number", "body": "（$receipt_number）\n$answer\n此致"}


@pytest.fixture(autouse=True)
async def keeper(client: AsyncClient, premises: Premises) -> None:
    """An administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)


async def send(client: AsyncClient, step: str = "save", **changes: str) -> Response:
    """Send the form as the page now stands, unless told otherwise."""
    form = hidden(await client.get(PAGE)) | OURS | {"do": step} | changes
    return await client.post(PAGE, data=form, follow_redirects=True)


def of_answers(premises: Premises) -> Wording:
    """Return what answers say now."""
    return premises.house.wordings.of(MailPurpose.ANSWER, Language.ZH)


def seen(page: Response) -> str:
    """Return the letter as the page shows it."""
    found = re.search(
        r'<div class="text letter"[^>]*>(.*?)</div>', page.text, re.DOTALL
    )
    return found[1] if found else ""


async def test_every_letter_is_listed_in_both_languages(client: AsyncClient) -> None:
    page = await client.get("/desk/wordings")

    assert len(set(re.findall(r"/desk/wordings/\w+/\w+", page.text))) == 22
    assert page.text.count('<span class="soft">系统自带的内容') == 22


async def test_a_letter_is_shown_as_the_citizen_will_see_it(
    client: AsyncClient,
) -> None:
    page = await send(client, "preview")

    assert "回复 7K3M-92QX-4D8A" in page.text
    assert seen(page) == "（7K3M-92QX-4D8A）\n路灯已经修好，请您晚上再看看。\n此致"


async def test_looking_at_it_changes_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    await send(client, "preview")
    await premises.shelf()

    assert of_answers(premises) == packaged(MailPurpose.ANSWER, Language.ZH)


async def test_what_is_saved_is_what_letters_say(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client)
    await premises.shelf()

    assert "已保存" in page.text
    assert of_answers(premises).subject == OURS["subject"]


async def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, subject="$answer", body="$receipt_number $anwser")

    assert page.status_code == 422
    assert "“$answer”不能用在标题里。" in page.text
    assert "没有“$anwser”这个占位，是不是 $answer？" in page.text
    assert "正文里缺少“$answer”，必须保留。" in page.text
    assert "$receipt_number $anwser</textarea>" in page.text
    assert 'aria-describedby="wrong-body-1 wrong-body-2 "' in page.text
    await premises.shelf()
    assert of_answers(premises) == packaged(MailPurpose.ANSWER, Language.ZH)


async def test_a_place_in_the_way_of_templates_or_with_a_wide_sign_is_not_saved(
    client: AsyncClient, premises: Premises
) -> None:
    body = "$receipt_number $answer {受理编号} ＄office"

    page = await send(client, body=body)

    assert page.status_code == 422
    assert "没有“{受理编号}”这个占位，是不是 $receipt_number？" in page.text
    assert "没有“＄office”这个占位，是不是 $office？" in page.text
    await premises.shelf()
    assert of_answers(premises) == packaged(MailPurpose.ANSWER, Language.ZH)


async def test_somebody_elses_change_is_shown_before_it_is_overwritten(
    client: AsyncClient, clock: FakeClock
) -> None:
    await send(client, body="$receipt_number $answer 别人写的")
    clock.advance(seconds=1)

    stale = await send(client, version=PACKAGED)
    again = await client.post(
        PAGE, data=hidden(stale) | OURS | {"do": "save"}, follow_redirects=True
    )

    assert stale.status_code == 409
    assert "别人写的" in stale.text
    assert "此致" in stale.text
    assert "已保存" in again.text


async def test_the_text_of_the_package_comes_back(
    client: AsyncClient, premises: Premises
) -> None:
    await send(client)

    page = await send(client, "reset")
    await premises.shelf()

    assert "已恢复为系统自带的内容" in page.text
    assert of_answers(premises) == packaged(MailPurpose.ANSWER, Language.ZH)


async def test_what_was_typed_cannot_run_in_the_page(client: AsyncClient) -> None:
    page = await send(client, "preview", body="$receipt_number $answer <script>")

    assert "<script>" not in seen(page)
    assert "&lt;script&gt;" in seen(page)


@pytest.mark.parametrize("path", ["answer/fr", "spam/zh"])
async def test_there_are_no_other_letters(client: AsyncClient, path: str) -> None:
    assert (await client.get(f"/desk/wordings/{path}")).status_code == 422


async def test_the_record_says_which_letter_was_changed(client: AsyncClient) -> None:
    await send(client)

    page = await client.get("/desk/audit")

    assert "修改邮件模板（答复，中文；恢复自带内容：否）" in page.text
