import asyncio
import time

from app.workers import turn
from app.workers.turn import Turn


async def test_others_are_let_in_when_a_turn_has_been_long() -> None:
    let_in = asyncio.Event()
    asyncio.get_running_loop().call_soon(let_in.set)
    mine = Turn()

    time.sleep(turn.LONGEST)  # noqa: ASYNC251 - the work that keeps the loop busy
    await mine.pass_on_when_over()

    assert let_in.is_set()


async def test_a_short_turn_goes_on() -> None:
    let_in = asyncio.Event()
    asyncio.get_running_loop().call_soon(let_in.set)

    await Turn().pass_on_when_over()

    assert not let_in.is_set()
