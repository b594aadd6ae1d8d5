"""One topic at the desk: its words, what it belongs to, tried out, saved."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from app.domain import permission
from app.domain.permission import Duty
from app.domain.topics import ADDED, TERM_LISTS, Tie
from app.errors import AppError
from app.services import topic_changes, topic_links, topic_trial, topics
from app.services.shelf import ShelvedNotice
from app.services.staff import Person
from app.services.topic_changes import BadTopic, StaleTopic
from app.services.topic_links import LinkLine
from app.services.topic_trial import Reading, Trial
from app.services.topics import TopicEntry
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, see
from app.web.desk_topic_form import (
    MOST_FIELDS,
    MOST_TRIED,
    Typed,
    as_stands,
    faults_by_field,
    typed_in,
)
from app.web.desk_topics import KeeperDep, ReaderDep
from app.web.desk_words import named_section
from app.web.errors import explained, status_of
from app.web.limits import MOST_FIELD
from app.web.pages import language_of, premises_of
from app.web.wording import Catalogue, catalogue

router = APIRouter(prefix="/topics/{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLinks:
    """What a topic belongs to in one notice."""

    notice: ShelvedNotice
    lines: Sequence[LinkLine]
    others: Sequence[tuple[int, str]]
    """Sections that could be added: key and name."""

    def named(self, line: LinkLine) -> str:
        """Return what a section is called."""
        return named_section(self.notice, line.section_id) or line.path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """How an opinion is read, as it stands on the page."""

    section: str
    confidence: float
    candidates: Sequence[tuple[str, float]]
    words: Sequence[str]
    found: Sequence[str]


@router.get("")
async def show_topic(request: Request, name: str, person: ReaderDep) -> Response:
    """Show one topic."""
    return await _page(request, person, await _entry(request, person, name))


@router.post("")
async def change_topic(
    request: Request, name: str, person: KeeperDep, now: NowDep
) -> Response:
    """Try a topic out, save it, or remove one of our own."""
    entry = await _entry(request, person, name)
    async with request.form(max_fields=MOST_FIELDS, max_part_size=MOST_FIELD) as form:
        typed, do = typed_in(form, entry), str(form.get("do", ""))
    try:
        if do == "try":
            trial = await _tried(request, person, entry, typed)
            return await _page(request, person, entry, typed=typed, trial=trial)
        if do == "remove":
            await _remove(request, person, typed, now=now)
            return see(request, "/desk/topics", done="topic_removed")
        await _save(request, person, typed, now=now)
    except (BadTopic, StaleTopic) as error:
        entry = await _entry(request, person, name)
        return await _page(request, person, entry, typed=typed, error=error)
    return see(request, f"/desk/topics/{name}", done="topic_saved")


async def _entry(request: Request, person: Person, name: str) -> TopicEntry:
    async with premises_of(request).database.reading() as session:
        return await topics.entry(session, person, name)


async def _save(
    request: Request, person: Person, typed: Typed, *, now: datetime
) -> None:
    premises = premises_of(request)
    async with premises.database.writing() as session:
        await topic_changes.save(
            session, person, premises.house.shelf, typed.change,
            revision=typed.revision, now=now,
        )  # fmt: skip
    premises.house.shelf.expire()


async def _remove(
    request: Request, person: Person, typed: Typed, *, now: datetime
) -> None:
    premises = premises_of(request)
    async with premises.database.writing() as session:
        await topic_changes.remove(
            session, person, typed.change.amendment.topic,
            revision=typed.revision, now=now,
        )  # fmt: skip
    premises.house.shelf.expire()


async def _tried(
    request: Request, person: Person, entry: TopicEntry, typed: Typed
) -> Trial | None:
    """Return what the words on the screen would do; None: there is nothing to read."""
    premises = premises_of(request)
    shelf = premises.house.shelf
    async with premises.database.reading() as session:
        known = await topics.entries(session, person)
    topic_changes.checked(
        typed.change, [each for each in known if each.name != entry.name]
    )
    if not typed.text or not shelf.notices:
        return None
    notice = shelf.notice(typed.notice) if typed.notice else shelf.notices[0]
    return await asyncio.to_thread(
        topic_trial.try_out, notice, shelf.lexicon, entry, typed.change,
        text=typed.text,
    )  # fmt: skip


async def _page(
    request: Request,
    person: Person,
    entry: TopicEntry,
    *,
    typed: Typed | None = None,
    error: AppError | None = None,
    trial: Trial | None = None,
) -> Response:
    words, shelf = catalogue(language_of(request)), premises_of(request).house.shelf
    stale = isinstance(error, StaleTopic)
    shown = typed or as_stands(entry)
    ours = topics.ours(entry.name)
    return desk_page(
        request, person, "desk/topic.html",
        status=status_of(error) if error else HTTPStatus.OK,
        entry=entry,
        typed=shown,
        revision=entry.revision if stale else shown.revision,
        ours=ours,
        kin=await _kin(request, person, ours.kin),
        strengths=TERM_LISTS,
        lists=tuple(name for name in ADDED if name not in TERM_LISTS),
        links=[_links(notice, entry) for notice in shelf.notices],
        ties=Tie,
        faults=faults_by_field(request, error if isinstance(error, BadTopic) else None),
        stale=explained(request, "stale_topic", str(error)) if stale else None,
        tried=typed is not None and error is None,
        trial=trial,
        now_read=_line(words, trial.notice, trial.now) if trial else None,
        then_read=_line(words, trial.notice, trial.then) if trial else None,
        most_tried=MOST_TRIED,
        keeps=permission.may(person.role, Duty.TOPICS),
    )  # fmt: skip


async def _kin(request: Request, person: Person, name: str | None) -> TopicEntry | None:
    return await _entry(request, person, name) if name else None


def _links(notice: ShelvedNotice, entry: TopicEntry) -> NoticeLinks:
    lines = topic_links.lines(notice, entry)
    there = {line.path for line in lines}
    return NoticeLinks(
        notice=notice,
        lines=lines,
        others=[
            (
                notice.section_ids[path],
                named_section(notice, notice.section_ids[path]) or path,
            )
            for path in notice.words.model.paths
            if path not in there
        ],
    )


def _line(words: Catalogue, notice: ShelvedNotice, reading: Reading) -> ReadingLine:
    said = reading.said

    def named(path: str) -> str:
        return named_section(notice, notice.section_ids[path]) or path

    return ReadingLine(
        section=named(said.section) if said.section else words.text("topics.nowhere"),
        confidence=said.confidence,
        candidates=[(named(each.section), each.confidence) for each in said.candidates],
        words=reading.words,
        found=reading.found,
    )
