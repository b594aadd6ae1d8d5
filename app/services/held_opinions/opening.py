"""Opening: the case that a held form becomes, under the receipt that it was given."""

from dataclasses import replace

from app.domain.vocabulary import Kind
from app.mail.formed import files_in
from app.models import Opinion
from app.services.drafting import Draft, draw_up
from app.services.held_opinions.filled_form import FilledForm
from app.services.house import House


def draw_up_case(
    house: House,
    form: FilledForm,
    letter: bytes,
    *,
    arrival_key: str,
    notice: str,
    section: str | None,
    kind: Kind | None,
) -> Draft:
    """Return what releasing ``form``, kept as ``letter``, will store.

    What the clerk does not choose stays as its writer chose it; what the writer called
    it is kept in any case.

    Raises:
        AppError: See `drafting.draw_up`.
    """
    said = replace(form.said, files=files_in(letter))
    # The code is made of what was sent and with which token, so it is the same again.
    code = draw_up(house, said).query_code
    elsewhere = notice != said.notice
    placed = replace(
        said,
        notice=notice,
        section=section or (None if elsewhere else said.section),
        kind=kind or said.kind,
    )
    draft = draw_up(
        house, placed, arrival_key=arrival_key, given=(form.receipt_number, code)
    )
    called = [row | {"kind": said.kind} for row in draft.rows[Opinion]]
    return replace(draft, rows={**draft.rows, Opinion: called})
