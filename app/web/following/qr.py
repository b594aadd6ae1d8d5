"""QR codes as inline pictures: no request, no style, nothing the policy forbids."""

from typing import Final

import segno
from markupsafe import Markup

_MASK: Final = 0
"""Any of the eight masks can be read; trying all of them costs five times as long."""

_QUIET: Final = 4
"""The margin that readers need, in modules (ISO/IEC 18004, 9.1)."""


def svg(address: str) -> Markup:
    """Return the QR code of ``address``, black on white whatever the page's colours."""
    code = segno.make(address, error="m", micro=False, mask=_MASK, boost_error=False)
    drawn: str = code.svg_inline(
        omitsize=True, border=_QUIET, dark="#000", light="#fff", svgclass="qr"
    )
    return Markup(drawn)  # noqa: S704 - drawn here; the address stands in no text of it
