"""``python -m app`` is the ``huiyin`` command."""

from app.cli import main

main()
