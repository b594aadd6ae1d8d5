"""Tables: a tally as lines for people, and as plain values for machines."""

from collections.abc import Iterator
from typing import Any, Final

from app.checking.expectations import POINTS
from app.checking.tally import Finding, Tally

_WIDTH: Final = 44

_ROWS: Final = {
    Finding.REPLACED: "U+FFFD that the sender did not send",
    Finding.REPLACED_BY_SENDER: "U+FFFD that the sender sent",
    Finding.EMPTY: "empty though text exists",
    Finding.FORWARD: "forwards",
    Finding.MARKED: "with quotes, signatures or additions",
    Finding.AUTOMATIC_BY_LIST: "by a list, taken for a machine's",
}


def lines(tally: Tally, *, here_mb: float) -> Iterator[str]:
    """Yield the table; ``here_mb`` is the most memory that this process had in use."""
    yield _row("letters", tally.letters)
    yield _row("packed files, letters in another form", tally.variants)
    yield _row("texts that are compared, but no letters", tally.texts)
    yield _row("files that are neither", tally.found[Finding.OTHER])
    yield _row("files that cannot be opened", tally.found[Finding.UNREADABLE])
    yield _row("exceptions", tally.found[Finding.EXCEPTION])
    yield _row("held", tally.held.total())
    for reason, count in sorted(tally.held.items()):
        yield _row(f"  {reason}", count)
    for finding, label in _ROWS.items():
        yield _row(label, tally.found[finding])
    yield _row("by a list or in bulk", tally.by_list)
    yield _row("may be answered by a machine", tally.answerable)
    yield from _costs(tally, here_mb=here_mb)
    yield from _agreement(tally)


def as_json(tally: Tally, *, here_mb: float) -> dict[str, Any]:
    """Return the same as plain values."""
    return {
        "letters": tally.letters,
        "variants": tally.variants,
        "texts": tally.texts,
        **{finding.value: tally.found[finding] for finding in Finding},
        "held": dict(sorted(tally.held.items())),
        "by_list": tally.by_list,
        "answerable": tally.answerable,
        "cpu_seconds": round(tally.cpu_seconds, 3),
        "bytes": tally.bytes_read,
        "slowest": [
            {"cpu_seconds": round(seconds, 4), "name": name}
            for seconds, name in sorted(tally.slowest, reverse=True)
        ],
        "peak_mb": {"reader": round(tally.peak_mb, 1), "here": round(here_mb, 1)},
        "points": {
            point: {"agree": tally.agreed[point], "of": tally.compared[point]}
            for point in POINTS
            if tally.compared[point]
        },
    }


def _costs(tally: Tally, *, here_mb: float) -> Iterator[str]:
    read = tally.letters + tally.variants
    yield _row("CPU seconds of the readers", f"{tally.cpu_seconds:.2f}")
    if tally.cpu_seconds:
        yield _row("  letters per CPU second", f"{read / tally.cpu_seconds:.0f}")
    for seconds, name in sorted(tally.slowest, reverse=True):
        yield f"{_row('  slowest', f'{seconds:.3f}')}  {name}"
    yield _row("peak memory of a reader, MB", f"{tally.peak_mb:.0f}")
    yield _row("peak memory of this command, MB", f"{here_mb:.0f}")


def _agreement(tally: Tally) -> Iterator[str]:
    if not tally.compared:
        return
    yield ""
    yield f"{_row('agreement with expectations', 'agree')}{'of':>8}{'%':>8}"
    for point in POINTS:
        of = tally.compared[point]
        if of:
            agreed = tally.agreed[point]
            yield f"{_row(point, agreed)}{of:>8}{100 * agreed / of:>8.1f}"
    yield _row("points that disagree", tally.found[Finding.DISAGREE])
    yield _row("expectations in no form", tally.found[Finding.INCOMPARABLE])


def _row(label: str, value: object) -> str:
    return f"{label:<{_WIDTH}}{value:>10}"
