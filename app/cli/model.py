"""``huiyin model``: what was learned from confirmed opinions, and what is used."""

from typing import Final

import click

from app.cli.opening import at_work
from app.domain.teaching import ModelState
from app.premises import Premises
from app.services import models, switching
from app.services.models import WORDS_ALONE, ModelEntry
from app.services.shelf import ShelvedNotice
from app.workers import training
from app.workers.training import Learnt

_UNTESTED: Final = "rejected: too little to try it on"


@click.command("list")
@click.argument("notice")
def list_models(notice: str) -> None:
    """List the newest models of NOTICE: number, state, examples, how they did."""

    async def work(premises: Premises) -> list[str]:
        shelved = await _shelved(premises, notice)
        async with premises.database.reading() as session:
            entries = await models.entries(session, shelved.id)
        return [_line(entry) for entry in entries]

    for line in at_work(work) or ["no models"]:
        click.echo(line)


@click.command("train")
@click.argument("notice")
def train(notice: str) -> None:
    """Learn for NOTICE now, from all that was confirmed, and say how that went.

    The new model is used if it could be tried on enough opinions that it had not
    learned from (HUIYIN_TRY_ON_LEAST), and does no worse there than the one in use.
    """

    async def work(premises: Premises) -> Learnt:
        return await training.learn(premises, await _shelved(premises, notice))

    learnt = at_work(work)
    trial = learnt.trial
    click.echo(
        f"model {learnt.number}: {_fate(learnt)};"
        f" learned from {trial.examples} opinions, {_tried(learnt)}"
    )


@click.command("use")
@click.argument("notice")
@click.argument("number", type=click.IntRange(min=0))
def use(notice: str, number: int) -> None:
    """Let NOTICE be read by its model NUMBER; 0: by its words and the topics alone.

    A running service does so within seconds.
    """

    async def work(premises: Premises) -> None:
        shelved = await _shelved(premises, notice)
        async with premises.database.writing() as session:
            await switching.use(session, shelved, number, now=premises.clock())

    at_work(work)
    read_by = f"model {number}" if number != WORDS_ALONE else "its words alone"
    click.echo(f"{notice}: read by {read_by}")


async def _shelved(premises: Premises, slug: str) -> ShelvedNotice:
    return (await premises.shelf()).notice(slug)


def _fate(learnt: Learnt) -> str:
    if learnt.trial.replaces:
        return "in use"
    if learnt.trial.opinions < learnt.least:
        return f"{_UNTESTED} (it takes {learnt.least} opinions)"
    return "rejected"


def _tried(learnt: Learnt) -> str:
    trial = learnt.trial
    if not trial.opinions:
        return "tried on none"
    return (
        f"tried on {trial.opinions}: {trial.candidate.accuracy:.0%} right,"
        f" before {trial.before.accuracy:.0%}"
    )


def _line(entry: ModelEntry) -> str:
    measures = entry.measures
    tried = (
        f"{measures['candidate']['accuracy']:.0%} right of {measures['opinions']}"
        f" (before: {measures['before']['accuracy']:.0%})"
        if measures["opinions"]
        else "not tried"
    )
    state = entry.state.replace("_", " ")
    if entry.untested:
        state = _UNTESTED
    if entry.state is ModelState.RETIRED and not entry.kept:
        state = "retired, forgotten"
    return "\t".join(
        (
            str(entry.number), state, f"{entry.made_at:%Y-%m-%d %H:%M}Z",
            f"{entry.examples} opinions", tried,
        )
    )  # fmt: skip
