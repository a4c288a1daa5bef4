"""The desk at work: each call is begun when it rings and recorded when it ends, as its operator does it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from casework.actor import Actor
from casework.clock import HOUR, MINUTE, local, local_date, pretending
from casework.demo.callers import NAMELESS, CallPlan, CasePlan, Woman
from casework.demo.county import Chance, County
from casework.demo.office import Cast
from casework.demo.stage import Stage
from casework.services import calls
from casework.services.call_facts import Acceptance, NewCall
from casework.services.case_facts import IncidentFacts
from models.enums import Role

CALL_BACK_HOURS = (2, 20)

Opened = Callable[[CasePlan, str], None]


class Desk:
    """Takes the calls of the story; ``opened`` is told of every case that comes of one."""

    def __init__(self, cast: Cast, seed: int, stage: Stage, opened: Opened) -> None:
        self.cast, self.seed, self.stage, self.opened = cast, seed, stage, opened
        self.county: County = cast.county
        self.operators = [cast.actors[one.username] for one in self.county.people_with(Role.HOTLINE_OPERATOR)]
        self.taken = 0

    def expect(self, call: CallPlan, number: int) -> None:
        """Puts a call on the stage: it is written down when it ends."""
        self.stage.at(call.started_at + call.lasts, lambda: self._take(call, number))

    def _on_duty(self, at: int) -> Actor:
        moment = local(at)
        shift = moment.date().toordinal() + (moment.hour >= 14)
        return self.operators[shift % len(self.operators)]

    def _take(self, call: CallPlan, number: int) -> None:
        chance = Chance(self.seed, f"call {number}")
        operator = self._on_duty(call.started_at)
        with pretending(call.started_at):
            begun = calls.begin(operator)
        self.taken += 1
        if call.case is None:
            calls.record(operator, self._written(chance, call, begun.call_id))
            return
        plan, acceptance = call.case, self._acceptance(chance, call)
        if chance.happens(0.9):
            done = calls.record(operator, self._written(chance, call, begun.call_id), acceptance)
            self.opened(plan, done.case_number or "")
            return
        # Sometimes she wants to think it over, and the case is opened after she was called back.
        waiting = self._written(chance, call, begun.call_id, result="call_back_promised")
        number_given = calls.record(operator, waiting).number
        later = self.stage.now + chance.randrange(*(hours * HOUR for hours in CALL_BACK_HOURS))
        later = min(later, self.stage.until - MINUTE)
        self.stage.at(
            later, lambda: self.opened(plan, calls.accept(self._on_duty(later), number_given, acceptance))
        )

    def _written(self, chance: Chance, call: CallPlan, call_id: int, result: str | None = None) -> NewCall:
        woman, plan = call.woman, call.case
        # Of a known client the desk writes down no more than it needs.
        contact = woman.contact if woman and plan else {}
        return NewCall(
            call_id=call_id,
            started_at=call.started_at,
            category=call.category,
            result=result or call.result,
            channel=call.channel,
            issues=plan.issues if plan else self._issues(chance, call),
            phone=call.phone or None,
            caller_name=self._caller(chance, call, woman),
            town=call.town,
            safe_hours=contact.get("safe_hours") or None,
            alias=contact.get("alias") or None,
            code_word=contact.get("code_word") or None,
            never=contact.get("never") or None,
            safety=self._safety(chance, call),
            emergency=self._emergency(chance, call),
            said=call.said or None,
            wish=self._wish(chance, plan),
        )

    def _caller(self, chance: Chance, call: CallPlan, woman: Woman | None) -> str | None:
        if woman is not None:
            return woman.name
        if call.category in NAMELESS or call.category == "agency" or chance.happens(0.7):
            return None
        return self.county.name(chance)

    def _issues(self, chance: Chance, call: CallPlan) -> tuple[str, ...]:
        if call.category not in ("question", "asks_for_help", "report_for_another"):
            return ()
        return (chance.one(self.county.weights_of("issues")),) if chance.happens(0.8) else ()

    def _wish(self, chance: Chance, plan: CasePlan | None) -> str | None:
        return chance.choice(self.county.sentences("said", plan.issues[0], "wishes")) if plan else None

    def _safety(self, chance: Chance, call: CallPlan) -> dict[str, str]:
        if call.category in NAMELESS or call.category == "agency":
            return {}
        if call.case is None or call.channel != "call":
            return {"hurt_or_danger": "no"} if chance.happens(0.6) else {}
        hurt = "yes" if self._is_emergency(call) else "no"
        return {
            "safe_to_talk": chance.choices(("yes", "yes_no_only", "not_asked"), (80, 8, 12))[0],
            "who_is_near": chance.choices(("nobody", "child", "other_party", "not_asked"), (60, 22, 5, 13))[
                0
            ],
            "hurt_or_danger": hurt,
            "children_safe": chance.choices(("yes", "no_children", "no", "not_asked"), (62, 20, 3, 15))[0],
            "own_life": chance.choices(("no", "yes", "not_asked"), (80, 2, 18))[0],
        }

    def _is_emergency(self, call: CallPlan) -> bool:
        is_violent = call.case is not None and call.case.issues[0] == "domestic_violence"
        return is_violent and call.lasts % 11 == 0

    def _emergency(self, chance: Chance, call: CallPlan) -> dict[str, str]:
        if not self._is_emergency(call) or call.channel != "call":
            return {}
        clock = f"{local(call.started_at + 3 * MINUTE):%H:%M}"
        return {"told_110": clock, "told_lead": clock, "confirmed_safe": f"{local(self.stage.now):%H:%M}"}

    def _acceptance(self, chance: Chance, call: CallPlan) -> Acceptance:
        assert call.case is not None and call.woman is not None
        return Acceptance(
            team_id=self.cast.teams[call.woman.town.team],
            town=call.woman.town.code,
            source=call.case.source,
            client_sex="female",
            desk_keeps_card=chance.happens(0.85),
            incident=self._incident(chance, call),
        )

    def _incident(self, chance: Chance, call: CallPlan) -> IncidentFacts | None:
        plan = call.case
        if plan is None or plan.issues[0] != "domestic_violence":
            return None
        every = self.county.words["incident"]["told"]
        told = chance.choices(every, [one["weight"] for one in every])[0]
        precision = chance.choices(("exact", "about", "unknown"), (68, 22, 10))[0]
        days = round(chance.triangular(0, 25, 1))
        on = local_date(call.started_at) - datetime.timedelta(days=days)
        return IncidentFacts(
            occurred_on=None if precision == "unknown" else on,
            precision=precision,
            relationship=plan.relationship,
            living_together=chance.one(self.county.weights_of("living_together")),
            violence_types=told["kinds"],
            narrative=told["narrative"],
        )
