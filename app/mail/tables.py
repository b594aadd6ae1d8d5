"""Tables: the words of mail programs and people, in files and not in code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(path: str) -> Mapping[str, Any]:
    """Return the table ``path`` in ``app/mail``, without its ending; read once."""
    file = resources.files("app.mail").joinpath(*f"{path}.toml".split("/"))
    return tomllib.loads(file.read_text(encoding="utf-8"))
