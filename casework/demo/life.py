"""The life of one case: handed out, begun, followed up, closed; each step by the person whose step it is."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from casework.actor import Actor
from casework.clock import DAY, HOUR, MINUTE, local, today
from casework.demo import moves
from casework.demo.callers import CasePlan
from casework.demo.county import Chance, Staff
from casework.demo.file_parts import FileParts
from casework.demo.office import Cast
from casework.demo.parts import Parts
from casework.demo.stage import Scene, Stage, seen
from casework.demo.timing import office_moment, office_moment_on
from casework.services import assignments, case_moves, contact_cards, follow_ups
from casework.services.follow_ups import BY_HAND, OPEN_STATES, Planned, Tried
from casework.transaction import reader
from models.cases import Case
from models.enums import FollowUpState, FollowUpSubject, Role
from models.follow_ups import FollowUp

# Days from one contact to the next, by level; the first of a high-lethal case has an hour.
STEPS = {
    "high_lethal": (1, 3, 4, 7, 16, 30, 30),
    "medium": (3, 5, 30),
    "low": (7, 30),
    "": (7, 30),
}
LEVELS = {"low": 50, "medium": 35, "high_lethal": 15}
# Of the cases of the last days some have nobody yet.
STILL_NOBODYS = 4 * DAY
MOST_TRIES = 3
# After so many contacts a case of violence may be proposed for closing, by level.
ENOUGH = {"low": 3, "medium": 4, "high_lethal": 6}


class Life:
    """One case on the stage. Its dice are its own, so that nothing else changes what happens to it."""

    def __init__(self, cast: Cast, seed: int, stage: Stage, plan: CasePlan, number: str) -> None:
        self.cast, self.stage, self.plan, self.number = cast, stage, plan, number
        self.chance = Chance(seed, plan.key)
        self.is_violent = "domestic_violence" in plan.issues
        self.level = self.chance.one(LEVELS) if self.is_violent else ""
        self.steps = list(STEPS[self.level])
        self.parts = Parts(cast.county, self.chance, plan, number)
        self.file = FileParts(cast.county, self.chance, plan, number)
        self.person: Staff | None = None
        self.contacts = self.tries = 0
        self.is_open, self.is_begun, self.is_over = True, False, False
        self.waits_for: int | None = None
        if stage.until - stage.now > STILL_NOBODYS or self.chance.happens(0.4):
            self._later(HOUR, 14 * HOUR, self.assign)

    @property
    def worker(self) -> Actor:
        """Who works on it."""
        assert self.person is not None
        return self.cast.actors[self.person.username]

    @property
    def lead(self) -> Actor:
        """Who leads its team."""
        return self.cast.lead_of(self.plan.woman.town.team)

    @property
    def is_in_service(self) -> bool:
        """Whether service was begun and no closing is proposed."""
        return self.is_open and self.is_begun

    def wait_no_more(self) -> None:
        """Somebody planned her contacts anew: the story leaves them to the reader."""
        self.waits_for = None

    def assign(self) -> None:
        """The lead hands it out by what each can carry, first to those with none."""
        team = self.plan.woman.town.team
        people = self.cast.county.people_with(Role.CASEWORKER, team)
        room = [one.load if self.cast.caseload[one.username] else 4 * one.load for one in people]
        self.person = self.chance.choices(people, room)[0]
        self.cast.caseload[self.person.username] += 1
        assignments.assign(self.lead, self.number, self.cast.accounts[self.person.username], 1)
        self._later(HOUR, 26 * HOUR, self.begin)

    def _later(self, least: int, most: int, scene: Scene) -> None:
        moment = office_moment(self.chance, self.stage.now + self.chance.randrange(least, most))
        self.stage.at(moment, scene)

    def begin(self) -> None:
        """The first look: card, identity, for violence the danger assessment; then service and a first contact."""
        self._open_card()
        self.parts.complete_identity(self.worker)
        if self.is_violent:
            self._assess()
        self.file.first_meeting(self.worker, self.level)
        if self.level == "low" and self.chance.happens(0.04):
            return
        case_moves.start(self.worker, self.number)
        self.is_begun = True
        if self.is_violent:
            self._await_next()
        else:
            self._plan("first_contact")
        if self.chance.happens(0.12):
            self._later(HOUR, 20 * DAY, lambda: self.file.add_evidence(self.worker))
        if self.chance.happens(0.35):
            self._later(DAY, 9 * DAY, self.add_to_account)

    def _assess(self) -> None:
        reason = self.cast.county.words["file"]["judgement"]
        moves.assess(self.worker, self.number, self.level, self.plan.relationship, self.chance, reason)

    def _await_next(self) -> None:
        """Waits for the next contact that the level planned; without one, closing is near."""
        row = (
            reader()
            .execute(
                select(FollowUp.id, FollowUp.kind, FollowUp.version, FollowUp.due_on, FollowUp.due_at)
                .join(
                    Case, (Case.id == FollowUp.subject_id) & (FollowUp.subject_kind == FollowUpSubject.CASE)
                )
                .where(Case.number == self.number, FollowUp.state.in_(OPEN_STATES), FollowUp.plan != BY_HAND)
                .order_by(FollowUp.due_on, FollowUp.id)
                .limit(1)
            )
            .first()
        )
        if row is None:
            self.waits_for = None
            if self.is_open:
                self._later(4 * DAY, 45 * DAY, self.propose_closing)
            return
        self.waits_for, self.tries = row.id, 0
        due = row.due_at or office_moment_on(self.chance, row.due_on)
        self._expect_contact(row.kind, row.id, row.version, max(due, self.stage.now + HOUR))

    def add_to_account(self) -> None:
        """After a meeting she writes down what was new; sometimes the contact rule changes as well."""
        self.parts.add_to_account(self.worker)
        if self.chance.happens(0.3):
            self.parts.change_contact(self.worker)

    def _open_card(self) -> None:
        contact_cards.open_card(self.worker, self.number)
        seen(self.worker)

    def _plan(self, kind: str, days: int | None = None) -> None:
        chance = self.chance
        ahead = days if days is not None else (self.steps.pop(0) if self.steps else 30)
        due = office_moment_on(chance, today() + datetime.timedelta(days=ahead))
        time = None
        if self.level == "high_lethal" and kind in ("first_contact", "safety_check"):
            # Within 24 hours, whatever day that is.
            due = self.stage.now + 24 * HOUR - self.stage.now % HOUR
            time = local(due).time()
        day = local(due).date()
        planned = Planned(kind, day, time, self.parts.purpose(kind), self.level == "high_lethal")
        self.waits_for = follow_ups.plan(self.worker, self.number, planned)
        self.tries = 0
        self._expect_contact(kind, self.waits_for, 1, due)

    def _expect_contact(self, kind: str, follow_up: int, version: int, due: int) -> None:
        """Mostly made when it is due, now and then some days late."""
        chance = self.chance
        late = 0
        if chance.happens(0.12):
            late = (
                chance.randrange(4 * HOUR, 5 * DAY)
                if chance.happens(0.8)
                else chance.randrange(6 * DAY, 14 * DAY)
            )
        moment = due - chance.randrange(50 * MINUTE) if not late else office_moment(chance, due + late)
        self.stage.at(moment, lambda: self.contact(kind, follow_up, version))

    def contact(self, kind: str, follow_up: int, version: int) -> None:
        """One try: the card first, then what came of it, then what is next."""
        if self.waits_for != follow_up:
            return
        self._open_card()
        result = self.chance.one(self.cast.county.weights_of("results_of_contact"))
        if (result == "new_incident" and not self.is_violent) or self.tries >= MOST_TRIES:
            result = "reached_safely"
        note = self.parts.note(result)
        if result == "not_reached":
            self._try_again(kind, follow_up, version, note)
            return
        state = follow_ups.record(self.worker, self.number, follow_up, Tried(result, note), version)
        assert state == FollowUpState.DONE
        self.waits_for = None
        self.contacts += 1
        if self.is_open:
            self.file.after_contact(self.worker, self.level)
            self._go_on(result)
        else:
            self._await_next()

    def _try_again(self, kind: str, follow_up: int, version: int, note: str) -> None:
        self.tries += 1
        due = office_moment_on(self.chance, today() + datetime.timedelta(days=self.chance.randint(1, 3)))
        tried = Tried("not_reached", note, next_on=local(due).date())
        follow_ups.record(self.worker, self.number, follow_up, tried, version)
        self._expect_contact(kind, follow_up, version + 1, due)

    def _go_on(self, result: str) -> None:
        if result == "new_incident":
            self.parts.add_incident(self.worker)
            self.level = {"low": "medium", "medium": "high_lethal"}.get(self.level, self.level)
            self._assess()
        if self.contacts == 2:
            moves.to_follow_up(self.worker, self.number)
        if self.is_violent and self.contacts < ENOUGH[self.level] + self.chance.randint(0, 2):
            self._await_next()
        elif result in ("new_incident", "alarm_raised"):
            self._plan("safety_check", 1)
        elif not self.is_violent and (self.steps or self.chance.happens(0.2)):
            self._plan("routine")
        else:
            self._later(4 * DAY, 45 * DAY, self.propose_closing)

    def propose_closing(self) -> None:
        """Proposed by who worked on it, with the outcome."""
        outcome = self.chance.one(self.cast.county.weights_of("outcomes"))
        ratings = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "not_asked")
        rating = self.chance.choices(ratings, (30, 38, 10, 3, 19))[0]
        summary = self.chance.choice(self.cast.county.words["file"]["closing_summaries"])
        moves.propose_closing(self.worker, self.number, outcome, rating, summary)
        self.is_open = False
        self.waits_for = None
        self.cast.caseload[self.worker.username] -= 1
        self._later(4 * HOUR, 6 * DAY, self.close)

    def close(self) -> None:
        """Closed by the lead; she is looked after in months 3 and 6."""
        opinion = self.chance.choice(self.cast.county.words["file"]["opinions"])
        moves.close(self.lead, self.number, opinion)
        self.is_over = True
        self._await_next()
