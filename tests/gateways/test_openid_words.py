import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from app.gateways import openid_words
from app.services.accounts.identities import ProviderFault
from tests.fakes import START

KEY = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
KEYS: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=10,
)
CLAIMS = st.dictionaries(
    st.sampled_from(["iss", "sub", "aud", "azp", "nonce", "exp", "iat", "amr"]), JSON
)


@given(st.binary(max_size=200))
def test_whatever_comes_back_is_an_object_or_refused(body: bytes) -> None:
    with contextlib.suppress(ProviderFault):
        assert isinstance(openid_words.parsed(body), dict)


@given(st.text(max_size=200))
def test_whatever_is_no_token_is_signed_by_nobody(token: str) -> None:
    assert openid_words.signed(token, KEYS) is None


@given(CLAIMS)
def test_claims_that_nobody_thought_of_are_refused_and_break_nothing(
    claims: dict[str, Any],
) -> None:
    with pytest.raises(ProviderFault):
        openid_words.check(
            claims, issuer="https://id.example.org", client_id="huiyin",
            nonce="asked", now=START,
        )  # fmt: skip


@given(JSON)
def test_keys_that_are_none_are_refused(keys: Any) -> None:
    with contextlib.suppress(ProviderFault):
        assert openid_words.signed("a.b.c", {"keys": keys}) is None


def test_what_a_shared_secret_signs_counts_for_nothing() -> None:
    secret = OctKey.import_key("the secret between the service and us, long enough")
    token = jwt.encode({"alg": "HS256"}, {"sub": "x"}, secret, algorithms=["HS256"])

    assert openid_words.signed(token, KEYS) is None
    shared = {"keys": [secret.as_dict(private=True)]}
    with contextlib.suppress(ProviderFault):
        assert openid_words.signed(token, shared) is None


def test_a_key_for_something_else_signs_nothing() -> None:
    token = jwt.encode({"alg": "RS256"}, {"sub": "x"}, KEY, algorithms=["RS256"])
    sealing = {"keys": [KEYS["keys"][0] | {"use": "enc"}]}

    assert openid_words.signed(token, KEYS) == {"sub": "x"}
    with contextlib.suppress(ProviderFault):
        assert openid_words.signed(token, sealing) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.test"},
        {"token_endpoint": "http://id.example.org/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": 7},
    ],
)
def test_a_service_that_does_not_say_how_to_be_asked_is_not_asked(
    changes: dict[str, Any],
) -> None:
    said = {
        "issuer": "https://id.example.org",
        "authorization_endpoint": "https://id.example.org/ask",
        "token_endpoint": "https://id.example.org/token",
        "jwks_uri": "https://id.example.org/keys",
    }
    assert openid_words.terms(said, issuer="https://id.example.org").keys

    with pytest.raises(ProviderFault):
        openid_words.terms(said | changes, issuer="https://id.example.org")
