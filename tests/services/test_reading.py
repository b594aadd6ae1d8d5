import asyncio
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.domain.correspondence import SuggestionGround, WithholdGround
from app.domain.receipt import new_query_code, new_receipt_number
from app.domain.record import Action
from app.domain.submission import MOST_TEXT, Submission
from app.domain.vocabulary import HoldReason, Language, RefuseReason
from app.mail.letter import read_letter
from app.mail.parts.limits import Limits
from app.mail.reading import read as read_bytes
from app.models import AuditEvent, OutboxMessage, Suggestion
from app.premises import Premises
from app.services import leads, letters, reading
from app.services.arrivals import Envelope, RawLetter, WaitingLetter, sealed_row
from app.services.enclosing import email_digest
from app.services.house import House
from app.services.leads import Known
from app.services.settling import Verdict
from app.services.shelf import Shelf
from app.settings import Settings
from tests import make
from tests.conftest import SECRET
from tests.fakes import START, FakeClock
from tests.gateways.post import INTAKE, letter
from tests.make import EMAIL

NOTHING = Known(letters={}, opinions=frozenset(), numbers={})
OURS = f"<1f.{'0' * 20}@localhost>"


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with three notices: closed, open, and older and open."""
    path = tmp_path_factory.mktemp("reading") / "huiyin.db"
    shutil.copy(sqlite_template, path)
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{path}"), secret_key=SecretStr(SECRET)
    )

    async def furnish() -> House:
        async with Premises(settings, clock=FakeClock()) as premises:
            async with premises.database.writing() as session:
                await make.house(session)
                await make.notice(session, slug="newer")
                await make.notice(session, slug="over", closes_on=date(2026, 10, 2))
            await premises.shelf()
            return premises.house

    return asyncio.run(furnish())


def read(
    house: House,
    content: bytes,
    *to: str,
    known: Known = NOTHING,
    sender: str | None = EMAIL,
    acknowledge: bool = True,
    at: datetime = START,
) -> Verdict:
    """Read a letter that came to ``to``."""
    raw = RawLetter(
        content=content,
        envelope=Envelope(
            sender=sender, recipients=to or (INTAKE,), acknowledge=acknowledge
        ),
        received_at=at,
    )
    row = sealed_row(house.seal, raw)
    waiting = WaitingLetter(
        arrival_id=row["id"],
        sealed=row["sealed"],
        sealed_envelope=row["sealed_envelope"],
        received_at=at,
    )
    raw = waiting.opened(house.seal)
    found = read_bytes(content, limits=Limits())
    opened = reading.opened(house, waiting.arrival_id, raw, found)
    return reading.read(house, opened, known)


def withheld(verdict: Verdict) -> list[str]:
    """Return why no acknowledgement goes out, as the record has it."""
    assert verdict.draft is not None
    events = verdict.draft.rows[AuditEvent]
    return [
        event["facts"]["ground"]
        for event in events
        if event["action"] is Action.MAIL_WITHHELD
    ]


def submission(verdict: Verdict) -> Submission:
    """Return what a letter became."""
    assert verdict.draft is not None
    return verdict.draft.submission


def test_a_letter_becomes_an_opinion(house: House) -> None:
    sent = submission(read(house, letter("路灯坏了", Subject="路灯")))

    assert (sent.subject, sent.text, sent.kind) == ("路灯", "路灯坏了", None)
    assert (sent.contact.email, sent.contact.name) == (EMAIL, "Zhang San")
    assert (sent.letter_id, sent.received_at) == ("<one@example.org>", START)
    assert sent.may_mail
    assert not sent.anonymous


def test_an_address_with_a_slug_leads_to_that_notice(house: House) -> None:
    assert submission(read(house, letter(), "Opinions+OVER@localhost")).notice == "over"


def test_the_slug_may_stand_in_the_letter_only(house: House) -> None:
    forwarded = letter(to="opinions+sample@localhost")

    assert submission(read(house, forwarded)).notice == "sample"


@pytest.mark.parametrize("to", [INTAKE, "opinions+nothing@localhost"])
def test_without_a_known_slug_the_newest_open_notice_is_meant(
    house: House, to: str
) -> None:
    assert submission(read(house, letter(), to)).notice == "newer"


def test_when_all_are_closed_the_newest_is_meant_and_it_is_late(
    house: House,
) -> None:
    verdict = read(house, letter(), "opinions+over@localhost")

    assert verdict.draft is not None
    (row,) = next(rows for rows in verdict.draft.rows.values() if "late" in rows[0])
    assert row["late"]


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ({"Auto_Submitted": "auto-replied"}, EMAIL),
        ({"Subject": "自动回复: 外出"}, EMAIL),
        ({}, ""),
        ({"From": "MAILER-DAEMON@example.org"}, EMAIL),
        ({"Return_Path": "<>"}, None),
    ],
)
def test_a_machines_letter_is_held(
    house: House, fields: dict[str, str], sender: str | None
) -> None:
    assert read(house, letter(**fields), sender=sender).held is HoldReason.AUTOMATIC


def test_a_machines_reply_is_held_and_joins_nothing(house: House) -> None:
    known = Known(letters={}, opinions=frozenset({7}), numbers={})
    address = letters.reply_address(house, 7)
    verdict = read(house, letter(Auto_Submitted="yes"), address, known=known)

    assert verdict.held is HoldReason.AUTOMATIC


@pytest.mark.parametrize(
    "content",
    [
        letter(Message_ID=OURS),
        b"Received: by a.example\r\n" * 51 + letter(),
    ],
)
def test_our_own_letters_and_those_that_travel_in_circles_are_refused(
    house: House, content: bytes
) -> None:
    known = Known(letters={OURS: 7}, opinions=frozenset(), numbers={})

    assert read(house, content, known=known).refused is RefuseReason.LOOP


def test_hops_of_a_letter_that_is_enclosed_do_not_count(house: House) -> None:
    enclosed = "Received: by a.example\r\n" * 60

    assert read(house, letter(enclosed)).draft is not None


def test_a_letter_that_says_nothing_is_held(house: House) -> None:
    silent = letter(" \r\n\r\n", Subject="")

    assert read(house, silent).held is HoldReason.EMPTY


def test_a_letter_for_the_postmaster_alone_is_held(house: House) -> None:
    alone = read(house, letter(), "postmaster")
    besides = read(house, letter(), "postmaster@localhost", INTAKE)

    assert alone.held is HoldReason.POSTMASTER
    assert besides.draft is not None


def test_a_letter_of_nobody_is_held(house: House) -> None:
    assert read(house, letter(From=""), sender=None).held is HoldReason.NO_SENDER


def test_without_from_the_envelope_names_the_writer(house: House) -> None:
    sent = submission(read(house, letter(From="")))

    assert sent.contact.email == EMAIL
    assert not sent.may_mail


def test_a_letter_that_cannot_be_read_is_held(house: House) -> None:
    assert read(house, b"a: b\r\n" * 6_000).held is HoldReason.UNREADABLE


def test_a_letter_about_nothing_published_is_held(house: House) -> None:
    empty = House(settings=house.settings, seal=house.seal, shelf=Shelf())

    assert read(empty, letter()).held is HoldReason.NO_NOTICE


def test_a_letter_to_the_reply_address_joins(house: House) -> None:
    known = Known(letters={}, opinions=frozenset({7}), numbers={})
    verdict = read(house, letter("more"), letters.reply_address(house, 7), known=known)

    assert verdict.addendum is not None
    assert (verdict.addendum.opinion_id, verdict.addendum.text) == (7, "more")


def test_a_reply_address_is_known_again_in_capitals_and_in_the_letter(
    house: House,
) -> None:
    known = Known(letters={}, opinions=frozenset({7}), numbers={})
    address = letters.reply_address(house, 7).upper()

    assert read(house, letter(to=address), known=known).addendum is not None


@pytest.mark.parametrize("extension", ["r7.0123456789abcdef0123", "r7", "r.", "r" * 90])
def test_a_reply_address_cannot_be_made_up(house: House, extension: str) -> None:
    known = Known(letters={}, opinions=frozenset({7}), numbers={})
    verdict = read(house, letter(), f"opinions+{extension}@localhost", known=known)

    assert verdict.draft is not None


@pytest.mark.parametrize("field", ["In_Reply_To", "References"])
def test_a_letter_that_answers_one_of_ours_joins(house: House, field: str) -> None:
    known = Known(letters={OURS: 7}, opinions=frozenset(), numbers={})
    ids = f"<other@example.org> {OURS}"
    verdict = read(house, letter(**{field: ids}), known=known)

    assert verdict.addendum is not None


@pytest.mark.parametrize("place", ["subject", "text"])
def test_a_receipt_number_joins_if_the_writer_is_the_same(
    house: House, place: str
) -> None:
    number = new_receipt_number()
    said = f"关于{number.replace('-', ' ').lower()}的补充"
    content = letter(Subject=said) if place == "subject" else letter(said)
    writer = email_digest(house.seal, EMAIL.upper())
    known = Known(letters={}, opinions=frozenset(), numbers={number: (7, writer)})

    assert read(house, content, known=known).addendum is not None


def test_a_receipt_number_does_not_join_where_the_sender_may_be_forged(
    house: House,
) -> None:
    number = new_receipt_number()
    writer = email_digest(house.seal, EMAIL)
    known = Known(letters={}, opinions=frozenset(), numbers={number: (7, writer)})
    settings = house.settings.model_copy(update={"trusted_mail_systems": "mx.example"})
    forged = letter(number, Authentication_Results="mx.example; spf=fail")
    honest = letter(
        number,
        Authentication_Results="mx.example; dkim=pass header.d=example.org",
    )
    doubting = replace(house, settings=settings)

    assert suggested(read(doubting, forged, known=known))
    assert read(doubting, honest, known=known).addendum is not None


def test_the_mark_of_another_house_is_held_and_not_refused(house: House) -> None:
    assert read(house, letter(X_Huiyin="1")).held is HoldReason.AUTOMATIC


def suggested(verdict: Verdict) -> list[tuple[int, SuggestionGround]]:
    """Return what a new case is suggested to belong to, and why."""
    assert verdict.draft is not None
    rows = verdict.draft.rows.get(Suggestion, ())
    return [(row["opinion_id"], row["ground"]) for row in rows]


def test_a_receipt_number_from_somebody_else_is_only_suggested(house: House) -> None:
    number = new_receipt_number()
    writer = email_digest(house.seal, EMAIL)
    known = Known(letters={}, opinions=frozenset(), numbers={number: (7, writer)})
    stranger = letter(Subject=number, From="li@example.org")

    assert suggested(read(house, stranger, known=known)) == [
        (7, SuggestionGround.NUMBER)
    ]


def test_a_receipt_number_of_nobody_known_is_only_suggested(house: House) -> None:
    number = new_receipt_number()
    known = Known(letters={}, opinions=frozenset(), numbers={number: (7, None)})

    assert suggested(read(house, letter(number), known=known)) == [
        (7, SuggestionGround.NUMBER)
    ]


@pytest.mark.parametrize(
    ("subject", "suggestion"),
    [
        ("Re: 路灯 坏了", [(7, SuggestionGround.SUBJECT)]),
        ("回复：路灯 坏了", [(7, SuggestionGround.SUBJECT)]),
        ("路灯 坏了", []),
        ("Re: 别的事", []),
    ],
)
def test_an_answer_with_the_subject_of_an_earlier_opinion_is_suggested(
    house: House, subject: str, suggestion: list[tuple[int, SuggestionGround]]
) -> None:
    writer = email_digest(house.seal, EMAIL)
    known = Known(
        letters={},
        opinions=frozenset(),
        numbers={},
        subjects={(writer, "路灯 坏了"): 7},
    )

    assert suggested(read(house, letter(Subject=subject), known=known)) == suggestion


def test_a_text_too_long_goes_on_in_a_file(house: House) -> None:
    whole = "长" * (MOST_TEXT + 5)
    sent = submission(read(house, letter(whole)))

    assert len(sent.text) == MOST_TEXT
    assert sent.files[0].content.decode() == whole


def test_a_letter_of_files_only_is_called_by_its_subject(house: House) -> None:
    body = (
        "--b\r\nContent-Type: application/pdf\r\n"
        'Content-Disposition: attachment; filename="a.pdf"\r\n\r\nx\r\n--b--'
    )
    sent = submission(
        read(house, letter(body, Content_Type="multipart/mixed; boundary=b"))
    )

    assert sent.text == "The street lamp"
    assert [file.file_name for file in sent.files] == ["a.pdf"]


def test_a_query_code_that_a_reply_quotes_is_covered(house: House) -> None:
    code = new_query_code()
    sent = submission(read(house, letter(f"> 查询码:   {code}\r\nmore")))

    assert code not in sent.text
    assert "more" in sent.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("路灯坏了", Language.ZH),
        ("The lamp is dark.", Language.EN),
        ("请看 https://example.org/a/very/long/address/of/a/page", Language.ZH),
        ("12345", Language.ZH),
    ],
)
def test_the_language_is_that_of_the_letter(
    house: House, text: str, language: Language
) -> None:
    assert submission(read(house, letter(text))).language is language


@pytest.mark.parametrize(
    "fields",
    [
        {"List_Id": "<talk.example.org>"},
        {"Precedence": "bulk"},
        {"From": "no-reply@example.org"},
        {"From": "opinions@localhost"},
        {"From": "a..b@example.org"},
    ],
)
def test_a_letter_that_no_machine_may_answer_opens_a_case_all_the_same(
    house: House, fields: dict[str, str]
) -> None:
    verdict = read(house, letter(**fields))

    assert not submission(verdict).may_mail
    assert verdict.draft is not None
    assert OutboxMessage not in verdict.draft.rows


@pytest.mark.parametrize(
    ("fields", "ground"),
    [
        ({"List_Id": "<talk.example.org>"}, WithholdGround.LIST),
        ({"From": "no-reply@example.org"}, WithholdGround.NO_REPLY_SENDER),
        ({"From": "opinions@localhost"}, WithholdGround.OWN_ADDRESS),
        ({"From": "a..b@example.org"}, WithholdGround.UNADDRESSABLE),
    ],
)
def test_the_record_says_why_a_letter_is_not_acknowledged(
    house: House, fields: dict[str, str], ground: WithholdGround
) -> None:
    assert withheld(read(house, letter(**fields))) == [ground]


def test_the_record_says_that_old_letters_are_not_acknowledged(house: House) -> None:
    verdict = read(house, letter(), acknowledge=False)

    assert withheld(verdict) == [WithholdGround.ARCHIVED]


def test_an_old_letter_gets_no_acknowledgement(house: House) -> None:
    verdict = read(house, letter(), acknowledge=False)

    assert verdict.draft is not None
    assert OutboxMessage not in verdict.draft.rows
    assert submission(verdict).may_mail


def test_the_way_a_letter_took_does_not_make_it_another(house: House) -> None:
    hop = b"Received: from a.example by b.example; Mon, 2 Nov 2026 01:00:00 +0000\r\n"
    one, two = read(house, letter()), read(house, hop + letter(), sender=None)

    assert one.arrival_key == two.arrival_key
    assert read(house, letter("another")).arrival_key != one.arrival_key


def test_what_is_sent_to_another_notice_is_another_letter(house: House) -> None:
    plain = read(house, letter())
    over = read(house, letter(), "Opinions+OVER@localhost")
    again = read(house, b"Delivered-To: opinions+over@localhost\r\n" + letter())

    assert over.arrival_key == again.arrival_key
    assert over.arrival_key != plain.arrival_key


def test_a_reply_address_does_not_make_a_copy_another_letter(house: House) -> None:
    plain = read(house, letter())

    for address in (letters.reply_address(house, 8), letters.return_path(house, 8)):
        assert read(house, letter(), address).arrival_key == plain.arrival_key


def test_the_same_words_on_another_day_are_another_letter_if_none_is_dated(
    house: House,
) -> None:
    undated, tomorrow = letter(Date="", Message_ID=""), START + timedelta(days=1)
    first, next_day = read(house, undated), read(house, undated, at=tomorrow)

    assert first.arrival_key == read(house, undated).arrival_key
    assert first.arrival_key != next_day.arrival_key
    assert (
        read(house, letter()).arrival_key
        == read(house, letter(), at=tomorrow).arrival_key
    )


@pytest.mark.parametrize(
    ("first", "second", "same"), [(15, 17, False), (23, 25, True)], ids=str
)
def test_a_day_begins_at_midnight_at_the_office(
    house: House, first: int, second: int, *, same: bool
) -> None:
    undated, midnight = letter(Date="", Message_ID=""), START.replace(hour=0)
    keys = [
        read(house, undated, at=midnight + timedelta(hours=hours)).arrival_key
        for hours in (first, second)
    ]

    assert (keys[0] == keys[1]) is same


def test_only_what_could_be_ours_is_looked_up(house: House) -> None:
    envelope = Envelope(sender=EMAIL, recipients=(INTAKE,))
    content = letter(In_Reply_To=f"<x@example.org> {OURS}", Subject="AAAA-BBBB-CCCC")
    found = leads.leads_of(house, read_letter(content), envelope)

    assert found.letters == {OURS}
    assert found.opinions == ()
    assert found.numbers == ()


def test_a_reply_about_an_opinion_that_is_not_there_opens_a_case(house: House) -> None:
    verdict = read(house, letter(), letters.reply_address(house, 8))

    assert verdict.draft is not None


def test_a_letter_that_is_all_subject_opens_a_case(house: House) -> None:
    sent = submission(read(house, letter("", Subject="请修路灯,晚上太黑")))

    assert sent.text == "请修路灯,晚上太黑"
    assert read(house, letter("", Subject="")).held is HoldReason.EMPTY
