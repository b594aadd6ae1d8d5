"""Heads that everybody reads alike, our own reader of letters among them."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.gateways.heads import SINGLE, field_names, head, is_unmistakable
from app.mail.parts.limits import Limits
from app.mail.parts.structure import split
from app.mail.parts.tally import Tally

PIECES = [
    b"X-A: 1\r\n", b"X-a: 1\n", b" folded\r\n", b"\t\n", b"Subject: x\r\n", b"x:y\n",
    b"From z ", b">", b"From : z\r\n", b"From", b":", b"\r", b"\n", b"--", b"\xe8\x00",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join))
def test_what_is_unmistakable_our_reader_reads_in_the_same_way(raw: bytes) -> None:
    content = raw + b"From: a@b.example\r\n"
    top = head(content)
    read = split(content, tally=Tally(Limits()), faults=set()).headers

    assume(is_unmistakable(top))

    for name, count in Counter(field_names(top)).items():
        assert len(read.every(name.decode("ascii"))) == count
    assert len(read.every("from")) == 1
    assert all(len(read.every(name.decode("ascii"))) <= 1 for name in SINGLE)


@pytest.mark.parametrize(
    "lines",
    [
        b"From: a@b.example",
        b"From: a@b.example\nX-A: 1\nX-A: 2\n",
        b"Received: by x\r\n\tfor y\r\n \r\nFROM:a@b.example\r\n b\r\n",
        b"From z@y.example Mon Nov  2 09:00:00 2026\nFrom: a@b.example\n",
    ],
)
def test_an_ordinary_head_is_unmistakable(lines: bytes) -> None:
    assert is_unmistakable(lines)
