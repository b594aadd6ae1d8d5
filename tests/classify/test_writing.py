import json
import zlib
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.classify.learned import Document, Example, Learned
from app.classify.learner import learn
from app.classify.writing import FORMAT


@cache
def written() -> bytes:
    return learn(
        [
            Example(subject="停车", text="停车场没有票据", label="停车"),
            Example(subject="", text="学校食堂的饭菜凉了", label="学校"),
            Example(subject="", text="早上好", label=None),
        ],
        [Document(label="河", text="河水发黑")],
    ).to_bytes()


def head(**changes: object) -> bytes:
    """Give a model whose head says something else."""
    whole = zlib.decompress(written().removeprefix(FORMAT))
    length = int.from_bytes(whole[:4], "little")
    changed = json.dumps(json.loads(whole[4 : 4 + length]) | changes).encode()
    packed = len(changed).to_bytes(4, "little") + changed + whole[4 + length :]
    return FORMAT + zlib.compress(packed)


@given(st.text(max_size=20), st.text(max_size=60))
@settings(deadline=None)
def test_a_model_read_back_says_the_same(subject: str, text: str) -> None:
    model = Learned.from_bytes(written())
    assert model.to_bytes() == written()
    assert model.scores(subject=subject, text=text).tolist() == (
        Learned.from_bytes(model.to_bytes()).scores(subject=subject, text=text).tolist()
    )


def test_all_that_is_known_of_a_model_is_read_back() -> None:
    model = Learned.from_bytes(written())
    assert model.labels == ("停车", "学校", "河")
    assert dict(model.counts) == {"停车": 1, "学校": 1, "河": 0, None: 1}
    assert (model.examples, model.corrects) == (3, False)


@given(st.binary(max_size=200))
@settings(deadline=None)
@example(b"")
@example(FORMAT)
@example(FORMAT + zlib.compress(b""))
@example(FORMAT + zlib.compress(b"\xff\xff\xff\xff"))
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    for tried in (content, FORMAT + content, FORMAT + zlib.compress(content)):
        with pytest.raises(ValueError, match=r"."):
            Learned.from_bytes(tried)


@given(st.data())
@settings(deadline=None)
def test_a_damaged_model_is_refused_or_was_not_really_damaged(
    data: st.DataObject,
) -> None:
    place = data.draw(st.integers(0, len(written()) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    damaged = bytearray(written())
    damaged[place] ^= bit
    try:
        read = Learned.from_bytes(bytes(damaged))
    except ValueError:
        return
    assert read.to_bytes() == written()  # a bit that deflation leaves unused


@given(st.integers(0, 10_000))
@settings(deadline=None)
def test_half_a_model_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        Learned.from_bytes(written()[: min(length, len(written()) - 1)])


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": []},
        {"labels": ["停车", "停车", "河"]},
        {"labels": ["停车", 7, "河"]},
        {"labels": "停车"},
        {"numbers": [1, 1]},
        {"numbers": [1, 1, -1, 1]},
        {"numbers": [1, 1, True, 1]},
        {"features": 2},
        {"features": 2**60},
        {"names": 10**9},
        {"sharpness": float("nan")},
        {"sharpness": -1.0},
        {"sharpness": "2"},
        {"trust": 0.0},
        {"corrects": 1},
    ],
)
def test_a_head_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Learned.from_bytes(head(**changes))


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        Learned.from_bytes(written().replace(b"learned 1", b"learned 2", 1))
