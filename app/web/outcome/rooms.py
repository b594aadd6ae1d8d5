"""The rooms in which everybody reads what came of it."""

from typing import Final

from app.web.outcome import answers, board, feeds, open311, open311_services, open_data

ROOMS: Final = (answers, board, feeds, open_data, open311, open311_services)
