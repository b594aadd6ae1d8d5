"""Open data: numbers by item and published answers, as CSV and as JSON, streamed."""

import csv
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.domain.features import Feature
from app.domain.small_counts import LEAST
from app.premises import Premises
from app.services.publishing import published
from app.services.publishing.published import PublishedAnswer, Sought
from app.services.publishing.reckoning import Reckoning
from app.services.shelf import ShelvedNotice
from app.web.api_models import moment
from app.web.dependencies import LanguageDep, NowDep, PremisesDep
from app.web.offered import offered
from app.web.outcome.conditional import FOR_ALL
from app.web.outcome.figures import Figures, figures_of
from app.web.outcome.items import item_of
from app.web.pages import page
from app.web.reading import short_name
from app.web.spreadsheet import BOM, guarded
from app.web.wording import catalogue

router = APIRouter(
    prefix="/data",
    include_in_schema=False,
    dependencies=[offered(Feature.OPEN_DATA)],
)

Row = Mapping[str, str | int | None]
Slug = Annotated[str, Query(max_length=80)]

ITEM_COLUMNS: Final = (
    "notice", "item", "item_name", "measure", "value", "opinions", "withheld",
)  # fmt: skip
ANSWER_COLUMNS: Final = (
    "name", "address", "notice", "item", "item_name", "title", "summary", "question",
    "answer", "office", "disposition", "received_on", "answered_on", "published_at",
    "changed_at",
)  # fmt: skip

_NAME: Final = 60
_CHUNK: Final = 200
_HEADERS: Final = {**FOR_ALL, "Cache-Control": "public, max-age=600"}


@router.get("")
async def explain(request: Request) -> Response:
    """Say what there is, what its columns mean, and what may be done with it."""
    return page(
        request,
        "outcome/data.html",
        files={"items": ITEM_COLUMNS, "answers": ANSWER_COLUMNS},
        least=LEAST,
    )


@router.get("/items.csv")
async def items_csv(
    request: Request, premises: PremisesDep, notice: Slug = ""
) -> Response:
    """Send the numbers by item as CSV."""
    rows = _item_rows(premises, figures_of(request), await _notices(premises, notice))
    return _as_csv("items", ITEM_COLUMNS, rows)


@router.get("/items.json")
async def items_json(
    request: Request, premises: PremisesDep, now: NowDep, language: LanguageDep,
    notice: Slug = "",
) -> Response:  # fmt: skip
    """Send the numbers by item as JSON."""
    notices, figures = await _notices(premises, notice), figures_of(request)
    reckoned = [(await figures.of(premises, each)).at for each in notices]
    rows = _item_rows(premises, figures, notices)
    as_of = moment(min(reckoned, default=now))
    return _as_json(rows, licence=_licence(language), as_of=as_of)


@router.get("/answers.csv")
async def answers_csv(premises: PremisesDep, notice: Slug = "") -> Response:
    """Send the published answers as CSV."""
    rows = _answer_rows(premises, await _sought(premises, notice))
    return _as_csv("answers", ANSWER_COLUMNS, rows)


@router.get("/answers.json")
async def answers_json(
    premises: PremisesDep, now: NowDep, language: LanguageDep, notice: Slug = ""
) -> Response:
    """Send the published answers as JSON."""
    rows = _answer_rows(premises, await _sought(premises, notice))
    return _as_json(rows, licence=_licence(language), as_of=moment(now))


def counted_rows(notice: ShelvedNotice, figures: Reckoning) -> Iterator[Row]:
    """Yield the numbers of a notice, one by one; a number that is not there is 0."""
    tables: Sequence[tuple[str, Any]] = (
        ("outcome", figures.outcomes), ("channel", figures.channels),
        ("kind", figures.kinds), ("week", figures.weeks),
    )  # fmt: skip
    items = [(key, path) for path, key in notice.section_ids.items()]
    items.sort(key=lambda item: list(notice.nodes).index(item[1]))
    for key, path in [*items, (None, "")]:
        name = short_name(notice.nodes[path], _NAME) if path else ""
        item = {"notice": notice.slug, "item": path, "item_name": name}
        yield item | _number("total", "", figures.received(key))
        for measure, table in tables:
            cells = [(c, n) for (row, c), n in table.cells.items() if row == key]
            for column, number in sorted(cells, key=lambda cell: str(cell[0])):
                yield item | _number(measure, _value(column), number)
    whole = {"notice": notice.slug, "item": "*", "item_name": notice.title}
    yield whole | _number("total", "", figures.outcomes.total)
    for measure, table in tables:
        for column, number in sorted(table.columns.items(), key=lambda c: str(c[0])):
            yield whole | _number(measure, _value(column), number)


def _number(measure: str, value: str, number: int | None) -> dict[str, Any]:
    return {
        "measure": measure, "value": value, "opinions": number,
        "withheld": int(number is None),
    }  # fmt: skip


def _value(column: object) -> str:
    if column is None:
        return "unsaid"
    return column.isoformat() if isinstance(column, date) else str(column)


async def _notices(premises: Premises, slug: str) -> Sequence[ShelvedNotice]:
    shelf = await premises.shelf()
    return [shelf.notice(slug)] if slug else shelf.notices


async def _sought(premises: Premises, slug: str) -> Sought:
    shelf = await premises.shelf()
    return Sought(notice_id=shelf.notice(slug).id if slug else None)


async def _item_rows(
    premises: Premises, figures: Figures, notices: Sequence[ShelvedNotice]
) -> AsyncIterator[Row]:
    for notice in notices:
        for row in counted_rows(notice, await figures.of(premises, notice)):
            yield row


async def _answer_rows(premises: Premises, sought: Sought) -> AsyncIterator[Row]:
    async for batch in published.every(premises.database, sought):
        for answer in batch:
            yield _answer_row(premises, answer)


def _answer_row(premises: Premises, answer: PublishedAnswer) -> Row:
    zone = premises.settings.zone
    item = item_of(premises.house.shelf, answer.notice_id, answer.section_id)
    return {
        "name": answer.name,
        "address": f"{premises.settings.base_url}/answers/{answer.name}",
        "notice": item.notice.slug if item else "",
        "item": (item.path or "") if item else "",
        "item_name": (item.name or "") if item else "",
        "title": answer.title,
        "summary": answer.summary,
        "question": answer.question,
        "answer": answer.answer,
        "office": answer.office,
        "disposition": answer.disposition,
        "received_on": answer.received_at.astimezone(zone).date().isoformat(),
        "answered_on": answer.answered_at.astimezone(zone).date().isoformat(),
        "published_at": moment(answer.published_at),
        "changed_at": moment(answer.changed_at),
    }


def _licence(language: LanguageDep) -> str:
    return catalogue(language).text("data.licence_words")


def _as_csv(
    name: str, columns: Sequence[str], rows: AsyncIterator[Row]
) -> StreamingResponse:
    async def written() -> AsyncIterator[bytes]:
        yield BOM + _lines([columns])
        async for some in _chunks(rows):
            yield _lines([[_cell(row[column]) for column in columns] for row in some])

    headers = {
        **_HEADERS,
        "Content-Disposition": f'attachment; filename="huiyin-{name}.csv"',
    }
    return StreamingResponse(
        written(), media_type="text/csv; charset=utf-8", headers=headers
    )


def _as_json(rows: AsyncIterator[Row], **facts: str) -> StreamingResponse:
    async def written() -> AsyncIterator[bytes]:
        head = json.dumps(facts, ensure_ascii=False)
        yield f'{head[:-1]}, "rows": ['.encode()
        between = ""
        async for some in _chunks(rows):
            texts = [json.dumps(row, ensure_ascii=False) for row in some]
            yield (between + ",\n".join(texts)).encode()
            between = ",\n"
        yield b"]}\n"

    return StreamingResponse(written(), media_type="application/json", headers=_HEADERS)


async def _chunks(rows: AsyncIterator[Row]) -> AsyncIterator[list[Row]]:
    """Yield ``rows`` some at a time: a piece for each line would be slow to send."""
    some: list[Row] = []
    async for row in rows:
        some.append(row)
        if len(some) >= _CHUNK:
            yield some
            some = []
    if some:
        yield some


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def _cell(value: str | int | None) -> str:
    return "" if value is None else guarded(str(value))
