"""Opinions that say nearly the same are found, by whoever they are."""

from sqlalchemy import select

from app.domain.correspondence import SuggestionGround
from app.domain.submission import ContactDetails, Forwarding
from app.models import Likeness, LikenessKey, Suggestion
from app.premises import Premises
from app.workers.likeness import compare_new
from tests import make
from tests.classify.campaign_letters import LETTERS, OWN

TEXT = LETTERS[0]


async def write(premises: Premises, text: str, *, email: str, **changes: str) -> int:
    """Return the key of an opinion by whoever has ``email``."""
    contact = ContactDetails(name="某人", email=email, phone=changes.get("phone"))
    said = make.submission(text=text, contact=contact, received_at=premises.clock())
    return (await premises.register(said)).opinion_id


async def suggested(premises: Premises) -> list[tuple[int, SuggestionGround]]:
    """Return what is suggested: the older opinion, and why."""
    async with premises.database.reading() as session:
        rows = await session.execute(
            select(Suggestion.opinion_id, Suggestion.ground).order_by(Suggestion.id)
        )
        return list(rows.all())


async def groups(premises: Premises) -> dict[int, int]:
    """Return the first opinion that says the same, by opinion."""
    async with premises.database.reading() as session:
        rows = await session.execute(select(Likeness.opinion_id, Likeness.group_id))
        return dict(rows.all())


async def test_the_same_person_twice_is_found_at_once(premises: Premises) -> None:
    first = await write(premises, TEXT, email="li@example.org")
    await compare_new(premises)

    await write(premises, TEXT + OWN[2], email="Li@Example.org ")
    await compare_new(premises)

    assert await suggested(premises) == [(first, SuggestionGround.REPEAT)]


async def test_a_telephone_number_tells_the_same_person_as_well(
    premises: Premises,
) -> None:
    first = await write(premises, TEXT, email="a@example.org", phone="138 0013 8000")
    await write(premises, TEXT, email="b@example.org", phone="+86 13800138000")

    await compare_new(premises)

    assert await suggested(premises) == [(first, SuggestionGround.REPEAT)]


async def test_letters_that_one_person_passed_on_are_not_that_persons(
    premises: Premises,
) -> None:
    passed_on = Forwarding(
        writer_name=None,
        writer_email=None,
        by_name="门卫",
        by_email="gate@example.org",
        vouched=False,
    )
    first, second = [
        make.submission(
            text=TEXT,
            contact=ContactDetails(name=None, email="gate@example.org"),
            forwarding=passed_on,
            received_at=premises.clock(),
        )
        for _ in range(2)
    ]
    await premises.register(first)
    await premises.register(second)

    await compare_new(premises)

    ((_, ground),) = await suggested(premises)
    assert ground is SuggestionGround.CAMPAIGN


async def test_the_same_text_of_others_is_a_campaign(premises: Premises) -> None:
    first = await write(premises, TEXT, email="a@example.org")
    second = await write(premises, OWN[0] + TEXT, email="b@example.org")

    await compare_new(premises)

    assert await suggested(premises) == [(first, SuggestionGround.CAMPAIGN)]
    assert await groups(premises) == {first: first, second: first}


async def test_a_few_words_are_alike_by_the_same_person_alone(
    premises: Premises,
) -> None:
    first = await write(premises, "同意这样改。", email="a@example.org")
    await write(premises, "同意这样改", email="b@example.org")
    await write(premises, "同意这样改!", email="a@example.org")

    await compare_new(premises)

    assert await suggested(premises) == [(first, SuggestionGround.REPEAT)]


async def test_another_matter_of_the_same_person_is_nothing_to_join(
    premises: Premises,
) -> None:
    await write(premises, LETTERS[0], email="a@example.org")
    await write(premises, LETTERS[1], email="a@example.org")

    await compare_new(premises)

    assert await suggested(premises) == []


async def test_a_thousandth_copy_leaves_nothing_in_the_index(
    premises: Premises,
) -> None:
    for number in range(40):
        await write(premises, TEXT, email=f"{number}@example.org")

    await compare_new(premises)

    async with premises.database.reading() as session:
        keys = (await session.scalars(select(LikenessKey.opinion_id))).all()
    assert len(keys) < 20 + 40
    assert len(set((await groups(premises)).values())) == 1


async def test_nothing_is_compared_twice(premises: Premises) -> None:
    await write(premises, TEXT, email="a@example.org")

    assert await compare_new(premises) == 1
    assert await compare_new(premises) == 0
