"""One row of every part of a case file, made through the services: what each address of the file leads to."""

from __future__ import annotations

import datetime
import io
from functools import partial

from PIL import Image
from sqlalchemy import select

from casework.actor import Actor
from casework.clock import today
from casework.documents import court_extract
from casework.documents.wording import Voice
from casework.law.danger_scale import FEDERATION, YES
from casework.services import (
    approval_files,
    assessments,
    break_glass,
    case_notes,
    case_plans,
    consents,
    court_extracts,
    evidence_uploads,
    handovers,
    merges,
    people,
    rights,
    safety_plans,
    services_given,
)
from casework.services.approval_files import Asked as ApprovalAsked
from casework.services.assessments import NewAssessment
from casework.services.case_plans import ItemFacts
from casework.services.consents import ConsentFacts
from casework.services.people import PersonFacts
from casework.services.rights import Asked as RightsAsked
from casework.services.safety_plans import PlanFacts
from casework.services.services_given import ServiceFacts
from casework.transaction import reader
from models.access import AccessRequest
from models.duties import Duty
from models.enums import PartyRole
from tests.make import Office
from tests.make_access import admit_leader
from tests.make_cases import open_case
from tests.make_evidence import SAID, receive

LATER = today() + datetime.timedelta(days=30)


def picture() -> bytes:
    """A small picture of nothing."""
    kept = io.BytesIO()
    Image.new("RGB", (32, 24), (120, 140, 160)).save(kept, "PNG")
    return kept.getvalue()


def make_file(office: Office, number: str) -> dict[str, int]:
    """Fills the case; gives the id of a row by the name of its gap, with the area before it where two share a name."""
    actor = office.actor("caseworker")
    plain = _plain_parts(actor, number)
    return plain | _beside(office, number)


def make_paper(office: Office, number: str) -> str:
    """A court extract of the case; gives its number."""
    actor = office.actor("caseworker")
    consents.record(actor, number, ConsentFacts("share_court", "court", asked_alone=True, given_on=today()))
    held = court_extracts.choice(actor, number)
    chosen = ["told"]
    seen = court_extracts.seen_as(court_extracts.facts_of(held, "divorce", chosen))
    compose = partial(court_extract.compose, voice=Voice("zh", str))
    return court_extracts.make(actor, number, purpose="divorce", chosen=chosen, seen=seen, compose=compose)


def _plain_parts(actor: Actor, number: str) -> dict[str, int]:
    found = assessments.record(
        actor,
        number,
        NewAssessment(FEDERATION, {"1": YES, "A": YES}, own_life="no", children_safe="yes"),
    )
    safety_plans.save(actor, number, PlanFacts({"bag": "门后的包"}, today(), LATER), 0)
    content = picture()
    upload = evidence_uploads.begin(actor, number, SAID, name="a.png", length_bytes=len(content))
    consent = ConsentFacts("share_legal_aid", "legal_aid", asked_alone=True, given_on=today())
    rights_id, _result = rights.record(actor, number, RightsAsked("held", "herself", "identity_card", True))
    return {
        "assessment_id": found.assessment_id,
        "party_id": people.add(actor, number, PartyRole.RELATIVE, PersonFacts(name="陈姐")).party_id,
        "item_id": case_plans.add(actor, number, ItemFacts("住处", "搬家", "承办人", "resettlement", LATER)),
        "service_id": services_given.record(
            actor, number, ServiceFacts("counselling", today(), "given", "谈")
        ),
        "note_id": case_notes.add(actor, number, kind="note", text="见了面"),
        "consent_id": consents.record(actor, number, consent),
        "upload_id": upload.upload_id,
        "attachment_id": receive(actor, number, content, name="b.png"),
        "rights/request_id": rights_id,
        "duty_id": reader().scalars(select(Duty.id).where(Duty.kind == "police_told")).one(),
    }


def _beside(office: Office, number: str) -> dict[str, int]:
    actor, lead = office.actor("caseworker"), office.actor("lead")
    admit_leader(office)
    asked = ApprovalAsked("other", office.account_id("leader"), "请批示", ("account",))
    twin = open_case(office)
    break_glass.ask(office.actor("stranger"), number, "她在我这里")
    return {
        "approval_id": approval_files.ask(actor, number, asked),
        "merge_id": merges.ask(lead, twin, number, "同一个人"),
        "emergency/request_id": reader().scalars(select(AccessRequest.id)).one(),
        "handovers/note_id": handovers.leave(actor, office.team_id, "请早班留意"),
    }
