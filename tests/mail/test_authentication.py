"""Who vouches for a sender, and whom of those we believe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.authentication import (
    Authentication,
    Method,
    authentication_as_json,
    read_authentication,
    trusted_of,
)

OURS = "mx.office.example"


def read(value: str) -> Authentication:
    """Return what one header says."""
    return read_authentication([value])[0]


def found(value: str) -> list[tuple[Method, str, str]]:
    """Return the findings of one header as plain tuples."""
    return [(one.method, one.result, one.domain) for one in read(value).findings]


def test_each_method_is_read_with_its_result_and_its_domain() -> None:
    header = (
        f"{OURS};\r\n spf=pass smtp.mailfrom=li@street.example;"
        "\r\n dkim=fail header.d=street.example header.s=k1;"
        "\r\n dmarc=none header.from=street.example"
    )

    assert read(header).by == OURS
    assert found(header) == [
        (Method.SPF, "pass", "street.example"),
        (Method.DKIM, "fail", "street.example"),
        (Method.DMARC, "none", "street.example"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        f"{OURS} 1; spf=pass smtp.mailfrom=street.example",
        f"{OURS} (a comment; spf=fail); spf=pass smtp.mailfrom=street.example",
        f'{OURS}; spf = pass (he said "so") smtp.mailfrom="street.example"',
        f"{OURS.upper()}; SPF/1=Pass smtp.mailfrom=Street.Example",
    ],
)
def test_comments_versions_quotes_and_case_do_not_matter(header: str) -> None:
    assert read(header).by == OURS
    assert found(header) == [(Method.SPF, "pass", "street.example")]


def test_a_quoted_semicolon_ends_no_statement() -> None:
    header = f'{OURS}; spf=pass reason="a; dmarc=pass" smtp.mailfrom=a.example'

    assert found(header) == [(Method.SPF, "pass", "a.example")]


@pytest.mark.parametrize(
    "findings",
    [
        'spf=pass smtp.mailfrom="x@gov.example"@evil.example',
        'spf=fail smtp.mailfrom="x\\" spf=pass smtp.mailfrom=gov.example \\""@a.b',
        'dkim=pass header.i="@gov.example"@evil.example',
        'dmarc=fail reason="x\\" dmarc=pass y=\\"" header.from=gov.example',
        "spf=pass smtp.mailfrom=evil.example smtp.mailfrom=gov.example",
        'spf=pass smtp.mailfrom="gov.example evil"',
    ],
)
def test_a_sender_cannot_write_itself_into_a_finding(findings: str) -> None:
    assert not read(f"{OURS}; {findings}").vouches_for("zhang@gov.example")


@pytest.mark.parametrize(
    ("findings", "denied"),
    [
        ("dmarc=fail header.from=street.example", True),
        (
            "spf=fail smtp.mailfrom=street.example; dkim=fail header.d=street.example",
            False,
        ),
        ("dmarc=fail header.from=other.example", False),
        (
            "dmarc=fail header.from=street.example; dkim=pass header.d=street.example",
            False,
        ),
        ("none", False),
    ],
)
def test_only_a_failed_dmarc_denies_a_sender(findings: str, *, denied: bool) -> None:
    assert read(f"{OURS}; {findings}").denies("li@street.example") is denied


def test_no_result_and_unknown_methods_are_no_findings() -> None:
    assert found(f"{OURS}; none") == []
    assert found(f"{OURS}; auth=pass smtp.auth=li; iprev=pass") == []


def test_only_a_trusted_system_is_believed_and_the_topmost_of_its_headers() -> None:
    headers = read_authentication(
        [
            "evil.example; dmarc=pass header.from=bank.example",
            f"{OURS}; dmarc=fail header.from=bank.example",
            f"{OURS}; dmarc=pass header.from=bank.example",
        ]
    )

    believed = trusted_of(headers, [OURS])

    assert believed is not None
    assert believed.findings[0].result == "fail"
    assert trusted_of(headers, ["other.example"]) is None


@pytest.mark.parametrize(
    ("findings", "vouched"),
    [
        ("dmarc=pass header.from=street.example", True),
        ("dkim=pass header.d=street.example", True),
        ("dkim=pass header.i=@street.example", True),
        ("spf=pass smtp.mailfrom=bounce@street.example", True),
        ("dkim=pass header.d=mailing.example", False),
        ("dkim=pass header.d=example", False),
        ("dkim=fail header.d=street.example", False),
        ("spf=softfail smtp.mailfrom=street.example", False),
        ("arc=pass", False),
        ("none", False),
    ],
)
def test_a_sender_is_vouched_for_by_a_pass_for_its_own_domain(
    findings: str, *, vouched: bool
) -> None:
    result = read(f"{OURS}; {findings}")

    assert result.vouches_for("li@street.example") is vouched


def test_a_domain_vouches_for_those_below_it_and_not_for_those_above() -> None:
    result = read(f"{OURS}; dkim=pass header.d=street.example")

    assert result.vouches_for("li@mail.street.example")
    assert not result.vouches_for("li@otherstreet.example")
    assert not result.vouches_for("li@example")


def test_what_was_found_can_be_stored() -> None:
    assert authentication_as_json(
        read(f"{OURS}; spf=pass smtp.mailfrom=a.example")
    ) == {
        "by": OURS,
        "findings": [{"method": "spf", "result": "pass", "domain": "a.example"}],
    }


@given(st.lists(st.text(alphabet='a.=;()"\\ /spfdkim\n@<', max_size=60), max_size=5))
def test_no_header_breaks_the_reading(values: list[str]) -> None:
    for result in read_authentication(values):
        assert result.by
        assert not result.vouches_for("")


def test_a_header_without_end_is_read_in_part() -> None:
    assert read(f"{OURS}; " + "spf=pass " * 100_000).by == OURS
