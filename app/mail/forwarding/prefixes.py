"""What mail programs write before the subject of an answer or a forward."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from app.mail.forwarding.phrases import fold
from app.mail.tables import table


def is_forward_subject(subject: str) -> bool:
    """Return whether the outermost prefix says: forwarded."""
    return _outermost(subject) == "forward"


def is_reply_subject(subject: str) -> bool:
    """Return whether the outermost prefix says: answered."""
    return _outermost(subject) == "reply"


def subject_without_prefixes(subject: str) -> str:
    """Return a subject as its first writer gave it; tags of lists stay."""
    found = [rest for _, rest in _prefixes(subject)]
    return (found[-1] if found else subject).strip()


def subject_within(subject: str) -> str:
    """Return the subject of the letter that was answered or forwarded."""
    return next((rest for _, rest in _prefixes(subject)), subject).strip()


def _outermost(subject: str) -> str:
    return next((kind for kind, _ in _prefixes(subject)), "")


def _prefixes(subject: str) -> Iterator[tuple[str, str]]:
    """Yield each prefix's kind and what stands behind it; tags before it are kept."""
    kinds = _kinds()
    rest = subject[:_LONGEST].strip()
    while found := _BOXED.match(rest) or _PREFIX.match(rest):
        kind = kinds.get(fold(found["word"]))
        if kind is None:
            return
        rest = rest[found.end() :]
        if found["bracket"] == "[" and rest.endswith("]"):
            rest = rest[:-1]
        rest = found["tags"] + rest
        yield kind, rest


@cache
def _kinds() -> dict[str, str]:
    return {
        fold(word.rstrip(".")): kind
        for kind in ("reply", "forward")
        for words in table("forwarding/prefixes")[kind].values()
        for word in words
    }


_LONGEST: Final = 2_000
_BOXED: Final = re.compile(
    r"(?P<tags>)(?P<bracket>)[\[【(（](?P<word>(?:re|fwd?|转发|轉寄|轉發|回复|回覆))"
    r"[\]】)）]\s*+[:：]?\s*+",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(
    r"\s*+(?P<tags>(?:(?:\[[^\]\n:]{1,40}\]|【[^】\n]{1,40}】|\([^)\n:]{1,40}\))\s*+){0,3})"
    r"(?P<bracket>\[?)(?P<word>[^\W\d_](?:[^\W\d_]|[ \xa0](?=[^\W\d_])){0,15}+)"
    r"\.?[ \xa0]?(?:[\[(（*^]\d{0,3}[\])）]?|\d{1,2})?[ \xa0]?[:：]\s*+"
)
