from app.classify.calibration import FITTED, USUAL


def test_a_long_text_without_a_section_is_more_surely_elsewhere() -> None:
    assert FITTED.of_nowhere(USUAL) == FITTED.nowhere
    assert FITTED.of_nowhere(15) < FITTED.nowhere < FITTED.of_nowhere(200)


def test_beyond_a_page_length_says_nothing_more() -> None:
    assert FITTED.of_nowhere(500) == FITTED.of_nowhere(50_000)
    assert FITTED.of_nowhere(0) == FITTED.of_nowhere(1)
