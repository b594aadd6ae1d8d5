"""The jobs of the worker: what is done again and again while the service runs."""

import asyncio
from functools import partial

from app.gateways.delivery import Delivery, Relay
from app.gateways.dkim import Signer
from app.gateways.endpoint import Endpoint
from app.premises import Premises
from app.workers import deadlines, figures, letters, likeness, outbox
from app.workers.advice import AdviceSeeker
from app.workers.following import Follower
from app.workers.hot_topics import Surveyor
from app.workers.importing import Importer
from app.workers.loop import Job
from app.workers.mailboxes import MailboxWatch
from app.workers.training import Trainer


def jobs_of(
    premises: Premises,
    *,
    watch: MailboxWatch,
    signer: Signer | None,
    endpoint: Endpoint | None,
    stop: asyncio.Event,
) -> list[Job]:
    """Return what the worker does; ``stop`` keeps long work from beginning."""
    found = [
        Job(
            name="letters",
            work=partial(letters.settle_waiting, premises, gather=letters.GATHER),
            wake=premises.letters_waiting,
        ),
        Job(
            name="likeness",
            work=partial(likeness.compare_new, premises),
            wake=premises.opinions_waiting,
            every=2.0,
        ),
        _following(premises, stop),
        *_by_the_clock(premises, stop),
        _looking_after(watch),
    ]
    relay_url = premises.settings.relay_url
    if relay_url is not None:
        relay = Relay.from_url(relay_url.get_secret_value())
        delivery = Delivery(relay, signer=signer)
        send = partial(outbox.send_due, premises, delivery, stop=stop)
        found.append(Job(name="outbox", work=send, wake=premises.outbox_waiting))
    if endpoint is not None:
        found.append(_seeking(premises, endpoint, stop))
    return found


def _by_the_clock(premises: Premises, stop: asyncio.Event) -> list[Job]:
    """Return what is due by the clock, or by what other processes do."""
    return [
        Job(
            name="hot topics",
            work=Surveyor(premises, stop=stop).look_around,
            # It is due by the clock: nobody can wake it.
            wake=asyncio.Event(),
            every=60.0,
        ),
        Job(
            name="figures",
            work=partial(figures.look_around, premises),
            # Cases are worked on in other processes, too: nobody can wake it.
            wake=asyncio.Event(),
            every=figures.EVERY,
        ),
        deadlines.job(premises),
        Job(
            name="imports",
            work=Importer(premises, stop=stop).look_around,
            # They are begun in other processes, too: nobody can wake it.
            wake=asyncio.Event(),
            every=3.0,
        ),
        Job(
            name="training",
            work=Trainer(premises, stop=stop).look_around,
            # Clerks confirm in other processes, too: nobody can wake it.
            wake=asyncio.Event(),
            every=30.0,
        ),
    ]


def _following(premises: Premises, stop: asyncio.Event) -> Job:
    follower = Follower(premises, stop=stop)
    return Job(
        name="following", work=follower.look_around, wake=premises.wishes_waiting
    )


def _seeking(premises: Premises, endpoint: Endpoint, stop: asyncio.Event) -> Job:
    seeker = AdviceSeeker(premises, endpoint, stop=stop)
    # What is asked about may lie with another process: nobody can wake it.
    return Job(name="advice", work=seeker.look_around, wake=asyncio.Event(), every=10.0)


def _looking_after(watch: MailboxWatch) -> Job:
    # It looks at the store alone, which others write to as well: nobody can wake it.
    return Job(
        name="mailboxes", work=watch.look_around, wake=asyncio.Event(), every=2.0
    )
