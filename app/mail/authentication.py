"""Authentication results: what a mail system on the way found out about the sender.

RFC 8601. Anybody may write such a header; it is worth something only where the system
that it names is one of ours and takes away what strangers wrote in its name (section
5), which is why the caller says whom it trusts.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final


class Method(StrEnum):
    """What was looked at (RFC 8601, section 2.7); other methods tell us nothing."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    ARC = "arc"


SELF: Final = "this service"
"""Who found it, where we did: no mail system can be called that in a header."""

_PASS: Final = "pass"  # noqa: S105 - a result, no password
_PROPERTIES: Final = {
    Method.SPF: ("smtp.mailfrom",),
    Method.DKIM: ("header.d", "header.i"),
    Method.DMARC: ("header.from",),
    Method.ARC: (),
}
"""Which properties name the domain that a result is about, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result."""

    method: Method
    result: str
    """``pass``, ``fail``, ``none``, ``softfail`` ...: in lower case, as found."""

    domain: str
    """The domain that it is about, in lower case; empty where none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What one mail system found."""

    by: str
    """The system's own name (authserv-id), in lower case."""

    findings: tuple[Finding, ...]

    def vouches_for(self, address: str) -> bool:
        """Return whether it says that the letter comes from ``address``'s domain.

        DMARC says so by itself; DKIM and SPF where theirs is the same domain or one
        above it (relaxed alignment, RFC 7489, section 3.1).
        """
        host = address.rpartition("@")[2].casefold()
        return any(
            finding.result == _PASS
            and finding.method is not Method.ARC
            and _covers(finding.domain, host)
            for finding in self.findings
        )

    def denies(self, address: str) -> bool:
        """Return whether it says that the letter does not come from ``address``.

        Only DMARC says so: SPF and DKIM fail for honest letters on their way, too.
        """
        host = address.rpartition("@")[2].casefold()
        return not self.vouches_for(address) and any(
            finding.method is Method.DMARC
            and finding.result == "fail"
            and _covers(finding.domain, host)
            for finding in self.findings
        )


def read_authentication(values: Iterable[str]) -> tuple[Authentication, ...]:
    """Return what the headers ``values`` say, the topmost first; nonsense is left out.

    A system writes its header above all that was there, so that of several by the same
    one the first is the last that it added.
    """
    found = (_read(value[:_MOST_SIGNS]) for value in islice(values, _MOST))
    return tuple(one for one in found if one is not None)


def trusted_of(
    found: Iterable[Authentication], trusted: Iterable[str]
) -> Authentication | None:
    """Return what the first system says whose name is among ``trusted``."""
    names = {name.casefold() for name in trusted}
    return next((one for one in found if one.by in names), None)


def authentication_as_json(found: Authentication) -> dict[str, Any]:
    """Return ``found`` as plain values."""
    return {
        "by": found.by,
        "findings": [
            {"method": one.method.value, "result": one.result, "domain": one.domain}
            for one in found.findings
        ],
    }


def _read(value: str) -> Authentication | None:
    first, *others = _statements(value)
    by = _NAME.fullmatch(first[0]) if first else None
    if by is None:
        return None
    findings = (_finding(words) for words in others)
    return Authentication(
        by=by[0].casefold(), findings=tuple(one for one in findings if one is not None)
    )


def _finding(words: list[str]) -> Finding | None:
    pairs = list(_pairs(words))
    if not pairs:
        return None
    name, result = pairs[0]
    method = name.partition("/")[0]
    if method not in set(Method):
        return None
    known = Method(method)
    properties: dict[str, str] = {}
    for key, value in pairs[1:]:
        properties.setdefault(key, value)
    named = (properties[key] for key in _PROPERTIES[known] if properties.get(key))
    domain = next(named, "").rpartition("@")[2].strip("<>. ")
    return Finding(
        method=known, result=result, domain=domain if _DOMAIN.fullmatch(domain) else ""
    )


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield ``name=value`` of a statement, blanks around the sign left out."""
    rest = deque(words)
    while rest:
        name, sign, value = rest.popleft().partition("=")
        if not sign:
            if not rest or not rest[0].startswith("="):
                continue
            value = rest.popleft()[1:]
        if not value and rest:
            value = rest.popleft()
        yield name.casefold(), value.casefold()


def _statements(value: str) -> list[list[str]]:
    """Split at semicolons, without comments, into words.

    What stands together is one word: of ``"li@a.example"@b.example`` the domain is the
    last. What was quoted stands in it without its quotes, and splits nothing.
    """
    statements: list[list[str]] = [[]]
    depth, apart = 0, True
    for piece in _TOKEN.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif piece == ";":
            statements.append([])
        elif not piece.isspace():
            words, said = statements[-1], _unquoted(piece)
            if apart or not words:
                words.append(said)
            else:
                words[-1] += said
            apart = False
            continue
        apart = True
    return statements


def _unquoted(piece: str) -> str:
    if not piece.startswith('"'):
        return piece
    return _ESCAPED.sub(r"\1", piece[1:].removesuffix('"'))


def _covers(domain: str, host: str) -> bool:
    """Return whether ``domain`` is ``host`` or above it, and no top-level domain."""
    if "." not in domain:
        return False
    return host == domain or host.endswith(f".{domain}")


_MOST: Final = 20
_MOST_SIGNS: Final = 10_000
_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*+"?|\\.?|[();]|\s++|[^\s"();\\]++', re.DOTALL
)
_NAME: Final = re.compile(r'[^\s=";]++')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_DOMAIN: Final = re.compile(r"[a-z0-9._-]++")
