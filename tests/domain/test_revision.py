"""Revision: what became of the items of a notice."""

from app.domain.outline import Node, Outline
from app.domain.outline.contact import Contact
from app.domain.revision import revision

NOBODY = Contact(
    phones=(), emails=(), masked_email=False, address=None, postcode=None, period=None
)


def outline(*chapters: Node, title: str = "通报") -> Outline:
    return Outline(
        title=title, issuer=None, published_on=None, preamble="前言",
        chapters=chapters, closing=None, contact=NOBODY, warnings=(),
    )  # fmt: skip


def node(path: str, heading: str, body: str = "") -> Node:
    return Node(path=path, label=f"{path}.", heading=heading, body=body)


def test_items_come_go_move_and_change_their_words() -> None:
    before = outline(node("1", "修路"), node("2", "种树", "十棵。"), node("3", "收费"))
    after = outline(node("1", "装灯"), node("2", "修路"), node("3", "种树", "九棵。"))

    found = revision(before, after, {"2": "1", "3": "2"})

    assert [each.heading for each in found.added] == ["装灯"]
    assert [each.heading for each in found.removed] == ["收费"]
    assert [each.after.heading for each in found.reworded] == ["种树"]
    assert [new.path for _, new in found.renumbered] == ["2", "3"]
    assert found.unchanged == 0
    assert not found.nothing


def test_the_same_text_has_no_revision() -> None:
    text = outline(node("1", "修路"))

    found = revision(text, text, {"1": "1"})

    assert found.nothing
    assert found.unchanged == 1


def test_a_new_title_is_a_revision() -> None:
    assert not revision(outline(), outline(title="通告"), {}).nothing
