"""What a case's page says of routing: why it is where it is, and where it would go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from app.domain import permission
from app.domain.complaint import Sign
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.routing import PassedOver, Routed, Rule, Step, as_facts
from app.domain.vocabulary import Status
from app.services.co_offices import CoOffice
from app.services.directory import OfficeEntry
from app.services.dossiers import Dossier
from app.services.helping import leads
from app.services.house import House
from app.services.routing import would_go
from app.services.shelf import Shelf
from app.services.staff import Person
from app.web.desk_words import named_section
from app.web.pages import language_of, premises_of
from app.web.wording import Catalogue, catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision of the table, in words."""

    sentences: Sequence[str]
    note: str = ""
    """What whoever made the rule tells the staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Where the table in use would send a case that lies here."""

    office_id: int
    office: str
    co: Sequence[str]
    why: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedView:
    """All that the page says of it."""

    leading: bool
    """Whether the person's office answers, or sees every office's cases."""

    may: Callable[[str], bool]
    """What the person may do here."""

    co_offices: Sequence[CoOffice]
    others: Sequence[OfficeEntry]
    """Offices that could be asked."""

    decided: Told | None
    """What the table did when the case came, or when it was asked last."""

    offer: Offer | None = None
    stays: Told | None = None
    """Why the table leaves a case here that nobody has assigned."""


def view(
    request: Request,
    person: Person,
    dossier: Dossier,
    asked: Sequence[CoOffice],
    offices: Sequence[OfficeEntry],
) -> RoutedView:
    """Return what the page of a case says; ``asked`` are its co-offices."""
    house, words = premises_of(request).house, catalogue(language_of(request))
    case, leading = dossier.case, leads(person, dossier.case)
    taken = {each.id for each in asked} | {case.office_id}

    def may(duty: str) -> bool:
        return leading and permission.may(person.role, Duty(duty))

    telling = _Telling(words, house.shelf, offices)
    offer, stays = None, None
    if case.status is Status.REGISTERED and may(Duty.ASSIGN) and not case.restricted:
        offer, stays = _offer(house, dossier, telling)
    return RoutedView(
        leading=leading,
        may=may,
        co_offices=asked,
        others=[each for each in offices if each.active and each.id not in taken],
        decided=_decided(dossier, telling),
        offer=offer,
        stays=stays,
    )


def _decided(dossier: Dossier, telling: "_Telling") -> Told | None:
    """Return what the table did last; a case that somebody assigned since is theirs."""
    deciding = {Action.ROUTED, Action.KEPT_BACK, Action.ASSIGNED}
    last = next((each for each in dossier.events if each.action in deciding), None)
    if last is None or last.action is Action.ASSIGNED:
        return None
    return telling.of_facts(last.facts)


def _offer(
    house: House, dossier: Dossier, telling: "_Telling"
) -> tuple[Offer | None, Told | None]:
    if not house.shelf.routing.rules:
        return None, None
    way = would_go(house, dossier.case, dossier.opinion)
    told = telling.of_way(way)
    if way.lead is None or way.lead == dossier.case.office_id:
        return None, told
    offer = Offer(
        office_id=way.lead,
        office=telling.office(way.lead),
        co=[telling.office(key) for key in way.co],
        why=told,
    )
    return offer, None


class _Telling:
    """Decisions of the table, put into words of one language."""

    def __init__(
        self, words: Catalogue, shelf: Shelf, offices: Sequence[OfficeEntry]
    ) -> None:
        self._words = words
        self._shelf = shelf
        self._rules = {each.id: each for each in shelf.routing.rules}
        self._offices = {each.id: each.name for each in offices}

    def office(self, office_id: int) -> str:
        """Return what an office is called."""
        return self._offices.get(office_id) or self._words.text("event.somewhere")

    def of_way(self, way: Routed) -> Told:
        """Return the words for a decision that was just made."""
        return self.of_facts(as_facts(way))

    def of_facts(self, facts: Mapping[str, Any]) -> Told:
        """Return the words for a decision as the record keeps it."""
        text = self._words.text
        rule = self._rules.get(facts.get("rule_id", 0))
        asks = self.conditions(rule) if rule else text("routing.rule_gone")
        said = []
        if "rule" in facts:
            said.append(text("routing.by_rule", rule=facts["rule"], asks=asks))
            if facts.get("place"):
                said.append(text("routing.by_place", place=facts["place"]))
        elif "kept" in facts:
            sign = self._words.label(Sign(facts["sign"]))
            said.append(text("routing.kept", rule=facts["kept"], asks=asks))
            said.append(text("routing.kept_sign", name=facts["name"], sign=sign))
        elif "receiver" in facts:
            said += self._not_receiver(facts)
        else:
            said.append(text("routing.by_none"))
        said += [
            text("routing.left_out", office=self.office(key))
            for key in facts.get("left_out", ())
        ]
        for reason, rules in facts.get("passed", {}).items():
            if reason != PassedOver.COMPLAINED_OF:
                why = self._words.label(PassedOver(reason))
                said.append(text("routing.passed", rules=rules, why=why))
        return Told(sentences=said, note=rule.note if rule and "rule" in facts else "")

    def _not_receiver(self, facts: Mapping[str, Any]) -> Sequence[str]:
        """Return why a report is not simply with the office that receives reports."""
        text, office = self._words.text, self.office(facts["receiver"])
        sign = self._words.label(Sign(facts["sign"]))
        if facts["receiver"] == facts["office_id"]:
            kept = text("routing.receives_itself", office=office)
        else:
            kept = text("routing.not_receiver", office=office)
        return kept, text("routing.kept_sign", name=facts["name"], sign=sign)

    def short(self, way: Routed) -> str:
        """Return the words for a decision, for a line of a list."""
        step: Step | None = way.decided or way.kept
        if step is None:
            return self._words.text("routing.by_none")
        asks = self.conditions(step.rule)
        if way.kept is not None:
            return self._words.text("routing.kept", rule=step.position, asks=asks)
        return self._words.text("routing.by_rule", rule=step.position, asks=asks)

    def conditions(self, rule: Rule) -> str:
        """Return what a rule asks for."""
        text, asked = self._words.text, []
        if rule.section_id is not None:
            asked.append(self._section(rule.section_id))
        if rule.kind is not None:
            asked.append(self._words.label(rule.kind))
        if rule.channel is not None:
            asked.append(self._words.label(rule.channel))
        if rule.places:
            asked.append(text("routing.asks_place", places="、".join(rule.places)))
        if rule.most_open is not None:
            asked.append(text("routing.asks_load", most=rule.most_open))
        return text("routing.and").join(asked) or text("routing.asks_nothing")

    def _section(self, section_id: int) -> str:
        for notice in self._shelf.notices:
            if section_id in notice.paths:
                return named_section(notice, section_id) or ""
        return self._words.text("field.gone")


def short_words(
    request: Request, offices: Sequence[OfficeEntry]
) -> Callable[[Routed], str]:
    """Return what puts a decision into a few words."""
    house, words = premises_of(request).house, catalogue(language_of(request))
    return _Telling(words, house.shelf, offices).short
