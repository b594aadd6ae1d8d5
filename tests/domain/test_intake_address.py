import pytest

from app.domain.intake_address import IntakeAddress

INTAKE = IntakeAddress.of("Opinions@Example.org")


@pytest.mark.parametrize(
    ("address", "extension"),
    [
        ("opinions@example.org", ""),
        ("OPINIONS@EXAMPLE.ORG.", ""),
        ("opinions+lamp@example.org", "lamp"),
        ("Opinions+A+B@example.org", "a+b"),
        ('"opinions+lamp"@example.org', "lamp"),
        ("opinionslamp@example.org", None),
        ("opinions@example.net", None),
        ("opinions@example.org@example.net", None),
        ("opinions", None),
    ],
)
def test_an_extension_is_what_follows_the_plus(
    address: str, extension: str | None
) -> None:
    assert INTAKE.extension(address) == extension


def test_an_international_host_is_known_in_both_its_forms() -> None:
    intake = IntakeAddress.of("意见@例子.中国")

    assert intake.takes("意见@xn--fsqu00a.xn--fiqs8s")


def test_a_plus_in_the_name_is_no_extension() -> None:
    intake = IntakeAddress.of("city+opinions@example.org")

    assert intake.extension("city+opinions+lamp@example.org") == "lamp"
    assert intake.extension("city+other@example.org") is None


def test_a_host_that_cannot_be_one_is_not_ours() -> None:
    assert not INTAKE.takes(f"opinions@{'ü' * 300}")


@pytest.mark.parametrize(
    ("address", "postmaster"),
    [
        ("postmaster", True),
        ('"PostMaster"@EXAMPLE.org.', True),
        ("postmaster@example.net", False),
        ("postmaster+x@example.org", False),
        ("opinions@example.org", False),
    ],
)
def test_the_postmaster_is_known_with_our_host_or_without_one(
    address: str,
    postmaster: bool,  # noqa: FBT001 - the case
) -> None:
    assert INTAKE.is_postmaster(address) is postmaster


def test_nobody_is_who_has_our_host_and_no_name_here() -> None:
    assert INTAKE.has_no("nobody@Example.org")
    for address in ("opinions+x@example.org", "postmaster@example.org", "a@b", "a"):
        assert not INTAKE.has_no(address)
