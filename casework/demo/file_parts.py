"""What is written into the further parts of a case: plan, services, notes, consents, duties, people, evidence."""

from __future__ import annotations

import datetime
import io
from typing import Any

from PIL import Image, ImageDraw

from casework.actor import Actor
from casework.clock import now_us, today
from casework.demo.callers import CasePlan
from casework.demo.county import Chance, County
from casework.demo.stage import seen
from casework.services import (
    case_notes,
    case_plans,
    consents,
    duties,
    evidence_uploads,
    people,
    safety_plans,
    services_given,
    village_trusts,
)
from casework.services.case_plans import ItemFacts
from casework.services.consents import ConsentFacts
from casework.services.evidence_rows import Said
from casework.services.people import PersonFacts
from casework.services.safety_plans import PlanFacts
from casework.services.services_given import ServiceFacts
from models.enums import PartyRole

REVIEW_DAYS = 60


class FileParts:
    """The further words of one case."""

    def __init__(self, county: County, chance: Chance, plan: CasePlan, number: str) -> None:
        self.county, self.chance, self.plan, self.number = county, chance, plan, number
        self.words: dict[str, Any] = county.words["file"]
        self.items: list[tuple[int, ItemFacts]] = []

    def _one(self, name: str) -> Any:
        return self.chance.choice(self.words[name])

    def first_meeting(self, worker: Actor, level: str) -> None:
        """What is settled when she first meets her caseworker."""
        chance = self.chance
        self._consent(worker, "sensitive_information", None)
        if chance.happens(0.4):
            self._consent(worker, "share_legal_aid", "legal_aid")
        if level and chance.happens(0.5):
            self._ask_of_village(worker)
        if level in ("medium", "high_lethal"):
            self._agree_on_safety(worker)
        if chance.happens(0.45):
            self._add_child(worker)
        for words in chance.sample(self.words["needs"], chance.choice((0, 1, 1, 2))):
            self._plan_item(worker, words)
        if level:
            self._settle_duties(worker)

    def _consent(self, worker: Actor, scope: str, recipient: str | None) -> None:
        facts = ConsentFacts(
            scope=scope,
            recipient=recipient,
            asked_alone=True,
            guardian_is_other_party="no",
            given_on=today(),
            note=self._one("wishes_of_consent"),
        )
        consents.record(worker, self.number, facts)

    def _ask_of_village(self, worker: Actor) -> None:
        trusts = self.chance.happens(0.4)
        must_not = None if trusts else self._one("must_not_know")
        village_trusts.change(
            worker, self.number, answer="yes" if trusts else "no", must_not_know=must_not, version=0
        )

    def _agree_on_safety(self, worker: Actor) -> None:
        texts = self.words["safety_plan"]
        chosen = self.chance.sample(sorted(texts), self.chance.randint(4, len(texts)))
        review = today() + datetime.timedelta(days=REVIEW_DAYS)
        facts = PlanFacts({name: texts[name] for name in chosen}, today(), review)
        safety_plans.save(worker, self.number, facts, 0)

    def _add_child(self, worker: Actor) -> None:
        born = today() - datetime.timedelta(days=self.chance.randint(2 * 365, 16 * 365))
        child = PersonFacts(
            name=self.county.name(self.chance, of_a_man=self.chance.happens(0.5)),
            birth_date=born,
            relation=self._one("relations_of_children"),
            guardian="both",
        )
        people.add(worker, self.number, PartyRole.CHILD, child)

    def _plan_item(self, worker: Actor, words: dict[str, str]) -> None:
        due = today() + datetime.timedelta(days=self.chance.randint(14, 90))
        facts = ItemFacts(words["need"], words["goal"], words["who"], words["service"], due)
        self.items.append((case_plans.add(worker, self.number, facts), facts))

    def _settle_duties(self, worker: Actor) -> None:
        """Most of what she must be told is told at once; what was not stays open on the case."""
        read = duties.of_case(worker, self.number)
        seen(worker)
        for line in read.lines:
            if not line.is_open or line.by_itself or not self.chance.happens(0.85):
                continue
            duties.record_done(
                worker,
                self.number,
                line.duty_id,
                when=now_us(),
                person=self._one("duty_persons"),
                note=None,
                version=line.version,
                receipt=f"{today():%Y%m%d}-1" if line.asks_receipt else None,
            )

    def after_contact(self, worker: Actor, level: str) -> None:
        """What a contact leaves behind: a service, a note, a step of the plan."""
        chance = self.chance
        if chance.happens(0.35):
            self._give_service(worker, level)
        if chance.happens(0.3):
            case_notes.add(worker, self.number, kind="note", text=self._one("case_notes"))
        if level == "high_lethal" and chance.happens(0.2):
            case_notes.add(worker, self.number, kind="case_meeting", text=self._one("meeting_notes"))
        if self.items and chance.happens(0.4):
            self._settle_item(worker)

    def _give_service(self, worker: Actor, level: str) -> None:
        kinds = [
            "legal_information",
            "counselling",
            "legal_aid",
            "accompaniment",
            "living_aid",
            "medical_care",
        ]
        if not level:
            kinds.append("child_care_or_schooling")
        facts = ServiceFacts(self.chance.choice(kinds), today(), "given", self._one("service_notes"))
        services_given.record(worker, self.number, facts)

    def _settle_item(self, worker: Actor) -> None:
        item_id, facts = self.items.pop()
        state = self.chance.choice(("met", "met", "in_progress", "not_met"))
        settled = None if state == "in_progress" else today()
        changed = ItemFacts(facts.need, facts.goal, facts.who, facts.service, facts.due_on, state, settled)
        case_plans.change(worker, self.number, item_id, changed, 1)

    def add_evidence(self, worker: Actor) -> None:
        """A picture, as she brings one on her phone; drawn, of nothing."""
        picture = _drawn(self.chance)
        said = Said(kind=self.chance.choice(("medical", "messages", "recording", "other")), description=None)
        evidence_uploads.receive_whole(
            worker,
            self.number,
            said,
            name="IMG_0001.png",
            length_bytes=len(picture),
            content=io.BytesIO(picture),
        )


def _drawn(chance: Chance) -> bytes:
    image = Image.new("RGB", (640, 480), tuple(chance.randint(190, 240) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(4):
        left, top = chance.randint(20, 400), chance.randint(20, 300)
        pen.rectangle(
            (left, top, left + 160, top + 110), fill=tuple(chance.randint(90, 180) for _ in range(3))
        )
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
