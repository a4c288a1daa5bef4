"""The days before now, beyond single cases: what people of the office do for and with one another."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from casework.actor import Actor
from casework.clock import instant, local, today
from casework.demo import interviews, moves, papers
from casework.demo.county import Chance
from casework.demo.life import Life
from casework.demo.office import Cast
from casework.demo.stage import Stage, seen
from casework.law.danger_scale import FEDERATION
from casework.services import (
    approval_files,
    break_glass,
    case_opening,
    check_ins,
    consents,
    duty_persons,
    emergency_cards,
    handovers,
    identities,
    merges,
    staff_relations,
)
from casework.services.case_facts import ContactCard
from casework.services.case_opening import NewCase
from casework.services.consents import ConsentFacts
from casework.services.likely_matches import Given
from models.enums import CompartmentKind, Role

# Who carries the duty phone at night, or asks for a case in an emergency, by the team of the case: always another's.
ON_DUTY = {"one": "caseworker4", "two": "caseworker2", "three": "caseworker2"}
ASKS = {"one": "caseworker4", "two": "caseworker6", "three": "caseworker"}
HOURS_GIVEN = 72

Lives = Callable[[], Sequence[Life]]


class LastScenes:
    """Each scene takes a case that fits, one of no other scene where there is one; without any it does not happen."""

    def __init__(self, cast: Cast, stage: Stage, seed: int, lives: Lives) -> None:
        self.cast, self.stage, self.lives = cast, stage, lives
        self.chance = Chance(seed, "last scenes")
        self.words: dict[str, Any] = cast.county.words["file"]
        self._used: Counter[str] = Counter()

    def expect(self) -> None:
        """Puts everything on the stage, by days before now and the local hour."""
        asked = self.words["interview"]
        self._at(30, 9.2, self.name_duty_persons)
        self._with(5, 10.1, self.withdraw_consent)
        self._with(4, 9.6, self.put_before_and_decide)
        self._with(4, 15.3, lambda life: interviews.hold(life, asked), violent=True)
        self._with(3, 9.4, self.raise_level, with_partner=True)
        self._with(3, 10.7, lambda life: papers.extract_for_court(life, self.words), violent=True)
        self._with(3, 14.6, lambda life: papers.answer_her(life, self.words))
        self._with(3, 16.1, self.open_twice_and_merge)
        self._with(2, 9.5, self.come_back, ended=True)
        self._with(2, 11.2, self.declare_relation)
        self._with(2, 15.1, self.give_access)
        self._with(2, 23.4, self.open_emergency_card)
        self._with(1, 9.9, self.put_before)
        self._with(1, 14.8, lambda life: interviews.begin(life, asked), violent=True)
        self._with(1, 16.4, self.ask_for_access)
        self._with(1, 17.1, self.hand_over)
        self._at(1, 17.4, self.check_in)

    def _at(self, days: int, hour: float, scene: Callable[[], None]) -> None:
        def play() -> None:
            scene()
            for actor in self.cast.actors.values():
                if actor.pending:
                    seen(actor)

        day = local(self.stage.until).date() - datetime.timedelta(days=days)
        midnight = instant(datetime.datetime.combine(day, datetime.time()))
        self.stage.at(midnight + round(hour * 3_600_000_000), play)

    def _with(self, days: int, hour: float, scene: Callable[[Life], None], **wanted: Any) -> None:
        def play() -> None:
            life = self._one(**wanted)
            if life is not None:
                self._used[life.number] += 1
                scene(life)

        self._at(days, hour, play)

    def _one(self, *, violent: bool = False, with_partner: bool = False, ended: bool = False) -> Life | None:
        found = [
            one
            for one in self.lives()
            if (one.is_over if ended else one.is_in_service)
            and (one.is_violent or not (violent or with_partner))
            and (not with_partner or moves.instrument_for(one.plan.relationship).name == FEDERATION)
        ]
        return min(found, key=lambda one: self._used[one.number], default=None)

    def _actor(self, username: str) -> Actor:
        return self.cast.actors[username]

    def name_duty_persons(self) -> None:
        """The leads name who answers when a case is needed at night."""
        for team, usernames in self.cast.county.words["duty_persons"].items():
            ids = [self.cast.accounts[one] for one in usernames]
            duty_persons.name(self.cast.lead_of(team), self.cast.teams[team], ids)

    def withdraw_consent(self, life: Life) -> None:
        """She agreed to hand something on, and thinks better of it."""
        facts = ConsentFacts(
            scope="share_social_work", recipient="social_work_agency", asked_alone=True, given_on=today()
        )
        consents.withdraw(life.worker, life.number, consents.record(life.worker, life.number, facts))

    def _ask_leader(self, life: Life, kind: str, asks: str) -> int:
        leader = self.cast.accounts["leader"]
        asked = approval_files.Asked(kind, leader, asks, (CompartmentKind.IDENTITY,))
        return approval_files.ask(life.worker, life.number, asked)

    def put_before(self, life: Life) -> None:
        """A case waits for the approving leader."""
        self._ask_leader(life, "coordination", self.words["approval_asks"][0])

    def put_before_and_decide(self, life: Life) -> None:
        """The leader has read one and agreed; what she could read is shut again."""
        approval_id = self._ask_leader(life, "hardship_aid", self.words["approval_asks"][1])
        leader = self._actor("leader")
        approval_files.before_her(leader, approval_id)
        opinion = self.chance.choice(self.words["approval_opinions"])
        approval_files.decide(leader, approval_id, approves=True, opinion=opinion)

    def raise_level(self, life: Life) -> None:
        """The points do not say how bad it is; the caseworker does, with her reason."""
        moves.raise_level(life.worker, life.number, self.chance.choice(self.words["raise_reasons"]))
        life.wait_no_more()

    def _walk_in(self, life: Life, said: str, wish: str, same_as: int | None = None) -> str:
        woman, worker = life.plan.woman, life.worker
        contact = ContactCard(woman.phone, *(woman.contact[name] or None for name in _CARD))
        draft_id = case_opening.begin(worker, Given(phone=woman.phone, name=woman.name))
        new = NewCase(
            team_id=self.cast.teams[woman.town.team],
            town=woman.town.code,
            source="herself",
            received_on=today(),
            issues=life.plan.issues,
            name=woman.name,
            sex="female",
            identity_number=None,
            contact=contact,
            said=said,
            wish=wish,
            consents=("keep_record", "sensitive_information"),
            same_as=same_as,
        )
        return case_opening.open_case(worker, draft_id, new).number

    def open_twice_and_merge(self, life: Life) -> None:
        """A second file of the same woman is found, marked, and merged by the lead."""
        second = self._walk_in(life, self.words["again_said"], self.words["again_wish"])
        reason = self.chance.choice(self.words["merge_reasons"])
        merge_id = merges.ask(life.worker, second, life.number, reason)
        merges.confirm(life.lead, second, merge_id)

    def come_back(self, life: Life) -> None:
        """Somebody whose case was closed comes again, and is known."""
        client = identities.of_case(life.worker, life.number).client
        self._walk_in(life, self.words["again_said"], self.words["again_wish"], same_as=client.party_id)

    def declare_relation(self, life: Life) -> None:
        """A caseworker says whom she is related to; the case closes itself to her."""
        team = life.plan.woman.town.team
        asked = set(ON_DUTY.values()) | set(ASKS.values())
        everybody = self.cast.county.people_with(Role.CASEWORKER)
        free = [one for one in everybody if one.username not in asked and one != life.person]
        related = min(free, key=lambda one: one.team != team)
        phone = life.plan.woman.phone
        staff_relations.declare(self._actor(related.username), relation="neighbour", phone=phone, number=None)

    def give_access(self, life: Life) -> None:
        """Another team needs the case at once, and a duty person opens it for three days."""
        team = life.plan.woman.town.team
        answerer = self._actor(self.cast.county.words["duty_persons"][team][0])
        break_glass.ask(self._actor(ASKS[team]), life.number, self.words["access_reasons"][0])
        for line in break_glass.waiting(answerer):
            if line.number == life.number:
                parts = (CompartmentKind.CONTACT, CompartmentKind.ACCOUNT)
                break_glass.give(answerer, line.request_id, parts, HOURS_GIVEN)

    def ask_for_access(self, life: Life) -> None:
        """The same, not answered yet."""
        asker = self._actor(ASKS[life.plan.woman.town.team])
        break_glass.ask(asker, life.number, self.words["access_reasons"][1])

    def open_emergency_card(self, life: Life) -> None:
        """At night the duty phone needs to know how she may be reached; a lead reviews it the next working day."""
        reason = self.chance.choice(self.words["emergency_reasons"])
        emergency_cards.open_card(self._actor(ON_DUTY[life.plan.woman.town.team]), life.number, reason)

    def hand_over(self, life: Life) -> None:
        """What one shift leaves to the next: one note taken over, others waiting."""
        desk, texts = self.cast.teams["desk"], self.words["handovers"]
        note_id = handovers.leave(self._actor("operator"), desk, texts[0])
        handovers.take_over(self._actor("operator2"), note_id)
        handovers.leave(self._actor("operator2"), desk, texts[2])
        words = self.words["case_handover"].format(number=life.number)
        handovers.leave(life.worker, self.cast.teams[life.plan.woman.town.team], words)

    def check_in(self) -> None:
        """Two write down how they are; one would like to talk."""
        first, second = self.words["check_ins"]
        heavy = {"sleep": "some", "heavy": "much", "alone": "some"}
        check_ins.write_down(self._actor("caseworker"), answers=heavy, words=first, wants_talk=True)
        check_ins.write_down(self._actor("caseworker2"), answers={"rest": "fine"}, words=second)


_CARD = ("safe_hours", "alias", "code_word", "never")
