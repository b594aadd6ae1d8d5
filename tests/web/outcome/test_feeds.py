"""Feeds: what is new, for programs, and no more of it than changed."""

from xml.etree import ElementTree as ET

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from app.premises import Premises
from app.services.publishing import progress
from app.services.publishing.progress import NewLine
from app.services.staff import Person
from app.web.outcome.feed_forms import atom, json_feed
from app.web.outcome.feed_items import NEVER, Entry, Feed
from tests import make, outcome
from tests.fakes import FakeClock

ATOM = "{http://www.w3.org/2005/Atom}"
SCOPES = ("", f"/{make.SLUG}", f"/{make.SLUG}/2.1", f"/{make.SLUG}/2.1.2")


@pytest.fixture
async def leader(premises: Premises) -> Person:
    """Somebody who leads the supervision office."""
    return await outcome.clerk(premises)


@pytest.mark.parametrize("what", ["answers", "progress"])
@pytest.mark.parametrize("scope", SCOPES)
async def test_a_feed_of_nothing_is_a_feed(
    client: AsyncClient, what: str, scope: str
) -> None:
    written = await client.get(f"/feeds/{what}{scope}.atom")
    listed = (await client.get(f"/feeds/{what}{scope}.json")).json()

    root = ET.fromstring(written.content)  # noqa: S314 - we wrote it
    assert written.headers["content-type"] == "application/atom+xml"
    assert root.findtext(f"{ATOM}updated") == "2026-01-01T00:00:00Z"
    assert root.findtext(f"{ATOM}id") == f"tag:testserver,2026:{what}{scope}"
    assert listed["items"] == []
    assert listed["feed_url"] == f"http://testserver/feeds/{what}{scope}.json"


@pytest.mark.parametrize("scope", SCOPES)
async def test_an_answer_is_in_the_feeds_that_it_belongs_to(
    client: AsyncClient, premises: Premises, leader: Person, scope: str
) -> None:
    one = await outcome.published(premises, leader, section="2.1.2")

    (item,) = (await client.get(f"/feeds/answers{scope}.json")).json()["items"]

    assert item["id"] == f"tag:testserver,2026:answer:{one.name}"
    assert item["url"] == f"http://testserver/answers/{one.name}"
    assert (await client.get(item["url"])).status_code == 200
    other = await client.get(f"/feeds/answers/{make.SLUG}/2.1.3.json")
    assert other.json()["items"] == []


@pytest.mark.parametrize(("prefix", "said"), [("", "答复：\n"), ("/en", "Answer:\n")])
async def test_an_answer_is_announced_in_the_language_of_the_feed(
    client: AsyncClient, premises: Premises, leader: Person, prefix: str, said: str
) -> None:
    await outcome.published(premises, leader, section="2.1.2")

    (item,) = (await client.get(f"{prefix}/feeds/answers.json")).json()["items"]

    assert said in item["content_text"]


@pytest.mark.parametrize("scope", SCOPES)
async def test_what_was_done_is_in_the_feeds_that_it_belongs_to(
    client: AsyncClient, premises: Premises, leader: Person, clock: FakeClock,
    scope: str,
) -> None:  # fmt: skip
    notice = (await premises.shelf()).notice(make.SLUG)
    line = NewLine(
        path="2.1.2", done_on=clock().date(), text="新增车位。", retry_key="k"
    )
    async with premises.database.writing() as session:
        await progress.note(
            session, leader, notice, line, today=clock().date(), now=clock()
        )

    found = await client.get(f"/feeds/progress{scope}.json")
    other = await client.get(f"/feeds/progress/{make.SLUG}/2.1.3.json")

    (item,) = found.json()["items"]
    assert item["content_text"] == "新增车位。"
    assert found.headers["last-modified"] == "Mon, 02 Nov 2026 01:00:00 GMT"
    assert other.json()["items"] == []


@pytest.mark.parametrize(
    "address",
    ["/feeds/answers.rss", "/feeds/cases.atom", "/feeds/answers/nowhere.atom",
     f"/feeds/answers/{make.SLUG}/9.9.json", "/feeds/.atom"],
)  # fmt: skip
async def test_there_are_no_other_feeds(client: AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code == 404


async def test_whoever_has_the_newest_gets_nothing_again(
    client: AsyncClient, premises: Premises, leader: Person, clock: FakeClock
) -> None:
    number = await outcome.answered(premises, leader)
    one = await outcome.publish(premises, leader, number)
    first = await client.get("/feeds/answers.atom")
    tag = {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    since = {"If-Modified-Since": first.headers["last-modified"]}
    same = [await client.get("/feeds/answers.atom", headers=h) for h in (tag, since)]
    clock.advance(minutes=1)
    await outcome.publish(premises, leader, number, seen=one.revision, title="新标题")
    changed = [await client.get("/feeds/answers.atom", headers=h) for h in (tag, since)]

    assert [answer.status_code for answer in same] == [304, 304]
    assert same[0].content == b""
    assert [answer.status_code for answer in changed] == [200, 200]
    root = ET.fromstring(changed[0].content)  # noqa: S314 - we wrote it
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "新标题"
    assert root.findtext(f"{ATOM}entry/{ATOM}published") == "2026-11-02T01:00:00Z"
    assert root.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-11-02T01:01:00Z"


@pytest.mark.parametrize("said", ["", "yesterday", "Mon, 02 Nov 2026 01:00:00"])
async def test_a_moment_that_is_none_is_passed_over(
    client: AsyncClient, said: str
) -> None:
    page = await client.get("/feeds/answers.atom", headers={"If-Modified-Since": said})

    assert page.status_code == 200


@pytest.mark.parametrize(
    "page",
    ["/answers", f"/notices/{make.SLUG}", f"/notices/{make.SLUG}/sections/2.1.2"],
)
async def test_pages_say_where_their_feeds_are(client: AsyncClient, page: str) -> None:
    text = (await client.get(f"/en{page}")).text

    assert text.count('rel="alternate" type="application') == 4
    start = text.index('href="/en/feeds/') + len('href="')
    assert (await client.get(text[start : text.index('"', start)])).status_code == 200


@given(st.text(), st.text())
def test_whatever_somebody_wrote_the_feed_can_be_read(title: str, text: str) -> None:
    entry = Entry(
        id="tag:a,2026:b", address="http://a/b", title=title, summary=text, text=text,
        author="督查室", item=None, published_at=NEVER, changed_at=NEVER,
    )  # fmt: skip
    feed = Feed(
        id="tag:a,2026:f", title=title, home="http://a", address="http://a/f",
        language="zh-CN", changed_at=NEVER, entries=[entry],
    )  # fmt: skip
    title = title.encode("utf-8", "ignore").decode()

    root = ET.fromstring(atom(feed))  # noqa: S314 - we wrote it
    assert root.find(f"{ATOM}entry") is not None
    if title == text:
        assert json_feed(feed)
