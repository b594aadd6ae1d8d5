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
