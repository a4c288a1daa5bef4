"""The moves that a story makes by itself: assessed, in follow-up, proposed for closing, closed; all by the services."""

from __future__ import annotations

from sqlalchemy import select

from casework import codes
from casework.actor import Actor
from casework.demo.county import Chance
from casework.law import danger_scale
from casework.law.danger_scale import FEDERATION, JUDGEMENT, NO, NOT_ASKED, YES, Instrument
from casework.services import assessments, case_moves, closings
from casework.services.assessments import NewAssessment
from casework.transaction import reader
from models.cases import Assessment, Case

MOST_YES = {"low": 3, "medium": 5, "high_lethal": 9}
LEAST_YES = {"low": 0, "medium": 4, "high_lethal": 6}


def version_of(number: str) -> int:
    """The version that somebody who has just opened the case would send back."""
    return int(reader().scalars(select(Case.version).where(Case.number == number)).one())


def newest_assessment(number: str) -> int:
    """The id of the newest assessment of a case; 0 where there is none."""
    found = reader().scalar(
        select(Assessment.id)
        .join(Case, Case.id == Assessment.case_id)
        .where(Case.number == number)
        .order_by(Assessment.at.desc())
        .limit(1)
    )
    return int(found or 0)


def instrument_for(relationship: str | None) -> Instrument:
    """The scale for partners, else the checklist for other kin."""
    partner = bool(relationship) and codes.get("relationship", str(relationship)).flag("partner", False)
    wanted = FEDERATION if partner else JUDGEMENT
    return danger_scale.shipped()[wanted]


def assess(
    actor: Actor, number: str, level: str, relationship: str | None, chance: Chance, reason: str
) -> None:
    """A danger assessment of this level; now and then a question is left for the next meeting."""
    instrument = instrument_for(relationship)
    items = [item.key for item in instrument.items]
    yes = set(chance.sample(items, min(len(items), chance.randint(LEAST_YES[level], MOST_YES[level]))))
    answers = {item.key: YES if item.key in yes else NO for item in instrument.questions}
    if level == "high_lethal" and chance.happens(0.3):
        answers[chance.choice(sorted(set(items) - yes) or items)] = NOT_ASKED
    assessments.record(
        actor,
        number,
        NewAssessment(
            instrument=instrument.name,
            answers=answers,
            own_life="no",
            children_safe=chance.choice(("yes", "no_children", "not_asked")),
            level=level if instrument.is_judged else None,
            reason=reason if instrument.is_judged else None,
            after=newest_assessment(number),
        ),
    )


def raise_level(actor: Actor, number: str, reason: str) -> None:
    """An assessment whose points come to medium, raised to the highest level with the reason."""
    instrument = danger_scale.shipped()[FEDERATION]
    yes = {item.key for item in instrument.items[: LEAST_YES["medium"]]}
    assessments.record(
        actor,
        number,
        NewAssessment(
            instrument=instrument.name,
            answers={item.key: YES if item.key in yes else NO for item in instrument.questions},
            own_life="no",
            children_safe="yes",
            raise_to="high_lethal",
            reason=reason,
            after=newest_assessment(number),
        ),
    )


def to_follow_up(actor: Actor, number: str) -> None:
    """Service is done for now; she is looked after."""
    case_moves.to_follow_up(actor, number, version_of(number))


def propose_closing(actor: Actor, number: str, outcome: str, rating: str, summary: str) -> None:
    """Proposes closing as who works on it."""
    closings.propose(
        actor, number, version=version_of(number), outcome=outcome, rating=rating, summary=summary
    )


def close(actor: Actor, number: str, opinion: str) -> None:
    """Closes it as the lead; visits in months 3 and 6 are planned by that."""
    closings.approve(actor, number, version=version_of(number), opinion=opinion)
