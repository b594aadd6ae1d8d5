from hypothesis import given
from hypothesis import strategies as st

from app.sealing import BrokenSealError, Seal

SEAL = Seal("a secret of more than thirty-two signs")


def opens(sealed: bytes, *, purpose: str = "contact", seal: Seal = SEAL) -> bool:
    try:
        seal.open(sealed, purpose=purpose)
    except BrokenSealError:
        return False
    return True


@given(st.binary())
def test_what_was_sealed_opens_as_it_was(plain: bytes) -> None:
    sealed = SEAL.close(plain, purpose="contact")

    assert SEAL.open(sealed, purpose="contact") == plain


@given(st.binary(min_size=8))
def test_what_was_sealed_does_not_show(plain: bytes) -> None:
    assert plain not in SEAL.close(plain, purpose="contact")


def test_the_same_text_is_sealed_otherwise_each_time() -> None:
    sealed = {SEAL.close(b"zhang", purpose="contact") for _ in range(100)}

    assert len(sealed) == 100


def test_a_value_moved_to_another_column_does_not_open() -> None:
    sealed = SEAL.close(b"zhang", purpose="contact")

    assert not opens(sealed, purpose="letter")


def test_another_secret_does_not_open_it() -> None:
    sealed = SEAL.close(b"zhang", purpose="contact")

    assert not opens(sealed, seal=Seal("another secret of thirty-two signs or so"))


def test_the_same_secret_opens_it_after_a_restart() -> None:
    sealed = SEAL.close(b"zhang", purpose="contact")

    assert opens(sealed, seal=Seal("a secret of more than thirty-two signs"))


@given(st.integers(0, 8 * 33 - 1))
def test_a_single_changed_bit_is_noticed(bit: int) -> None:
    sealed = bytearray(SEAL.close(b"zhang", purpose="contact"))
    sealed[bit // 8] ^= 1 << bit % 8

    assert not opens(bytes(sealed))


@given(st.binary(max_size=64))
def test_what_was_never_sealed_does_not_open(noise: bytes) -> None:
    assert not opens(noise)


def test_a_digest_is_the_same_for_the_same_parts() -> None:
    assert SEAL.digest("a", "b", purpose="x") == SEAL.digest("a", "b", purpose="x")


def test_a_digest_tells_its_parts_purposes_and_secrets_apart() -> None:
    digests = {
        SEAL.digest("a", "b", purpose="x"),
        SEAL.digest("ab", purpose="x"),
        SEAL.digest("a", "b", purpose="y"),
        Seal("another secret").digest("a", "b", purpose="x"),
    }

    assert len(digests) == 4
