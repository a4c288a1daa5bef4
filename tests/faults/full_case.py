"""A case in which every part holds something: for tests of what may go wrong in any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from casework.clock import now_us, today
from casework.documents import court_extract, rights_answer
from casework.documents.wording import Voice
from casework.extensions import db
from casework.services import (
    access_reviews,
    approval_files,
    assessments,
    assignments,
    break_glass,
    case_moves,
    case_notes,
    case_opening,
    case_plans,
    case_search,
    check_ins,
    closings,
    conflict_walls,
    consents,
    court_extracts,
    drafts,
    duties,
    emergency_cards,
    evidence_uploads,
    handovers,
    merges,
    people,
    rights,
    safety_plans,
    services_given,
    staff_relations,
    village_trusts,
)
from casework.services.approval_files import Asked
from casework.services.assessments import NewAssessment
from casework.services.case_plans import ItemFacts
from casework.services.consents import ConsentFacts
from casework.services.evidence_rows import Said
from casework.services.likely_matches import Given
from casework.services.people import PersonFacts
from casework.services.safety_plans import PlanFacts
from casework.services.services_given import ServiceFacts
from casework.transaction import reader
from models.cases import Case, CaseEvent
from models.duties import Duty
from models.enums import CompartmentKind, PartyRole
from tests.make import Office
from tests.make_access import admit_leader, open_duty_team
from tests.make_cases import open_case
from tests.make_evidence import receive
from tests.make_files import jpeg

Word = Callable[[str], str]
VOICE = Voice("zh", str)
ITEMS = (*"123456789", "A", "B")


@dataclass(frozen=True)
class Full:
    """The numbers of the cases, and the arguments by which their addresses are found."""

    case: str
    arguments: dict[str, Any]
    elsewhere: dict[str, dict[str, Any]]


def plain(name: str) -> str:
    return f"words of {name}"


def people_of_the_office(office: Office) -> None:
    """The leader admitted, the night duty team open; inside an application context."""
    admit_leader(office)
    open_duty_team(office, "stranger")


def filled(office: Office, number: str, word: Word = plain, phone: str = "13907508200") -> dict[str, Any]:
    """Puts words into every part of a case of 个案一组; gives the ids of its rows by the names of addresses."""
    worker = office.actor("caseworker")
    made: dict[str, Any] = {}
    child = PersonFacts(
        name=word("child_name"),
        age=9,
        relation="daughter",
        body=word("child_school"),
        note=word("child_note"),
        home_rest=word("child_home"),
        phone=phone,
    )
    made["party_id"] = people.add(worker, number, PartyRole.CHILD, child).party_id
    out = people.add(worker, number, PartyRole.RELATIVE, PersonFacts(name=word("relative_name")))
    people.take_out(worker, number, out.party_id)
    made["party_out"] = out.party_id
    _assessed(office, number, word, made)
    plan = PlanFacts({"bag": word("safety_bag"), "leaving": word("safety_leaving")}, today(), today())
    safety_plans.save(worker, number, plan, 0)
    item = ItemFacts(word("need"), word("goal"), word("who"), "legal_aid", today())
    made["item_id"] = case_plans.add(worker, number, item)
    case_plans.change(
        worker, number, made["item_id"], ItemFacts(word("new_need"), None, None, "legal_aid", today()), 1
    )
    service = ServiceFacts("counselling", today(), "given", word("service_note"))
    made["service_id"] = services_given.record(worker, number, service)
    made["note_id"] = case_notes.add(worker, number, kind="note", text=word("case_note"))
    case_notes.correct(worker, number, made["note_id"], kind="note", text=word("corrected"), version=1)
    agreed: dict[str, Any] = {"asked_alone": True, "guardian_is_other_party": "no", "given_on": today()}
    court = ConsentFacts("share_court", recipient="court", note=word("consent_note"), **agreed)
    made["consent_id"] = consents.record(worker, number, court)
    must_not = word("must_not_know")
    village_trusts.change(worker, number, answer="no", must_not_know=must_not, version=0)
    _evidence(office, number, word, made)
    _papers(office, number, made)
    _asks_for_her_rights(office, number, word, made)
    db.session.remove()
    return made


def _assessed(office: Office, number: str, word: Word, made: dict[str, Any]) -> None:
    worker = office.actor("caseworker")
    answers = {key: "no" for key in ITEMS}
    judged = NewAssessment(
        "federation_2018",
        answers,
        "no",
        "yes",
        raise_to="high_lethal",
        reason=word("raise_reason"),
        told=word("assess_told"),
    )
    made["assessment_id"] = assessments.record(worker, number, judged).assessment_id
    case_id = select(Case.id).where(Case.number == number).scalar_subquery()
    open_ones = select(Duty.id).where(
        Duty.case_id == case_id, Duty.done_at.is_(None), Duty.kind == "legal_aid_told"
    )
    duty_id = reader().scalars(open_ones).first()
    if duty_id is not None:
        words = {"person": word("duty_person"), "note": word("duty_note")}
        duties.record_done(worker, number, duty_id, when=now_us(), version=1, **words)
    made["duty_id"] = (
        reader().scalars(select(Duty.id).where(Duty.case_id == case_id, Duty.done_at.is_(None))).first()
    )


def _evidence(office: Office, number: str, word: Word, made: dict[str, Any]) -> None:
    worker = office.actor("caseworker")
    said = Said("medical", word("evidence_shows"), word("evidence_origin"), word("evidence_made"))
    content = jpeg(words=word("evidence_bytes"))
    name = f"{word('evidence_name')}.jpg"
    made["attachment_id"] = receive(worker, number, content, said, name)
    begun = evidence_uploads.begin(
        worker, number, Said("other", word("upload_shows")), name=f"{word('upload_name')}.txt", length_bytes=9
    )
    made["upload_id"], made["part"] = begun.upload_id, 0


def _papers(office: Office, number: str, made: dict[str, Any]) -> None:
    worker = office.actor("caseworker")
    held = court_extracts.choice(worker, number)
    chosen = [entry.key for entry in held.entries if not entry.key.startswith("note")]
    facts = court_extracts.facts_of(held, "divorce", chosen)
    made["paper_number"] = court_extracts.make(
        worker,
        number,
        purpose="divorce",
        chosen=chosen,
        seen=court_extracts.seen_as(facts),
        compose=partial(court_extract.compose, voice=VOICE),
    )


def _asks_for_her_rights(office: Office, number: str, word: Word, made: dict[str, Any]) -> None:
    worker = office.actor("caseworker")
    asked = rights.Asked("copy", "herself", "identity_card", True, words=word("rights_words"))
    request_id, _ = rights.record(worker, number, asked)
    compose = partial(rights_answer.compose, voice=VOICE)
    rights.answer(worker, number, request_id, compose)
    later = rights.Asked("correction", "herself", "identity_card", True, words=word("correction"))
    made["request_id"] = rights.record(worker, number, later)[0]


def around(office: Office, case: str, second: str, word: Word = plain) -> dict[str, Any]:
    """What goes on about the cases: approvals, merging, emergencies, handing over, self-care, search."""
    worker, lead = office.actor("caseworker"), office.actor("lead")
    made: dict[str, Any] = {}
    asked = Asked("hardship_aid", office.account_id("leader"), word("approval_asks"), ("identity",))
    decided = approval_files.ask(worker, case, asked)
    approval_files.decide(office.actor("leader"), decided, approves=True, opinion=word("approval_opinion"))
    made["approval_id"] = approval_files.ask(worker, case, asked)
    made["merge_id"] = merges.ask(worker, second, case, word("merge_reason"))
    break_glass.ask(office.actor("stranger"), case, word("glass_reason"))
    (waiting,) = break_glass.waiting(lead)
    parts = (CompartmentKind.CONTACT, CompartmentKind.ACCOUNT)
    break_glass.give(lead, waiting.request_id, parts, 24)
    made["glass_grant"] = access_reviews.waiting(lead)[0].row_id
    break_glass.ask(office.actor("stranger"), second, word("glass_reason"))
    made["glass_request"] = break_glass.waiting(office.actor("lead"))[0].request_id
    emergency_cards.open_card(office.actor("stranger"), case, word("emergency_reason"))
    made["handover"] = handovers.leave(worker, office.team_id, f"{word('handover')}，见 {case}")
    made["check_in_id"] = check_ins.write_down(
        worker, answers={"sleep": "much"}, words=word("check_in"), wants_talk=True
    )
    staff_relations.declare(worker, relation="sibling", phone="13907508300", number=None)
    made["relation_id"] = staff_relations.own(office.actor("caseworker"))[0].relation_id
    made["search_id"], _ = case_search.begin(office.actor("caseworker"), word("search"))
    made["draft_id"] = case_opening.begin(office.actor("caseworker"), Given(name=word("new_name")))
    for form in sorted(drafts.FORMS - {"call", "search", "new_case"}):
        drafts.save(office.actor("colleague"), form, 7, {"text": [word("any_draft")]})
    db.session.remove()
    return made


def _moved(office: Office, number: str, word: Word, to: str) -> None:
    """A case as far as it must be for a move to be offered."""
    assignments.assign(office.actor("lead"), number, office.account_id("caseworker"), 1)
    if to == "handed_out":
        return
    case_moves.start(office.actor("caseworker"), number)
    if to == "follow_up":
        case_moves.to_follow_up(office.actor("caseworker"), number)
    if to in ("proposed", "closed"):
        facts = {"outcome": "withdrew", "rating": "satisfied", "summary": word("closing_summary")}
        version = reader().scalar(select(Case.version).where(Case.number == number)) or 0
        db.session.remove()
        closings.propose(office.actor("caseworker"), number, version=version, **facts)
    if to == "closed":
        db.session.remove()
        version = reader().scalar(select(Case.version).where(Case.number == number)) or 0
        closings.approve(office.actor("lead"), number, version=version, opinion=word("closing_opinion"))
    db.session.remove()


def office_at_work(office: Office, word: Word = plain, case: str | None = None) -> Full:
    """All of it: a full case, one in each state of the table, and what leads between them."""
    people_of_the_office(office)
    case = case or open_case(office, violent=True, source="herself")
    made = filled(office, case, word)
    second = open_case(office, source="herself")
    made |= around(office, case, second, word)
    states = {
        to: open_case(office, source="herself")
        for to in ("handed_out", "in_service", "follow_up", "proposed", "closed")
    }
    for to, number in states.items():
        _moved(office, number, word, to)
    other = _merged(office, word)
    walled = open_case(office, source="herself")
    conflict_walls.declare(office.actor("colleague"), walled)
    db.session.remove()
    last = select(CaseEvent.id).order_by(CaseEvent.id.desc()).limit(1)
    made["event_id"] = reader().scalar(last)
    made |= {"role": "child", "kind": "grant", "row_id": made["glass_grant"]}
    elsewhere: dict[str, dict[str, Any]] = {
        "cases.moves.propose": {"number": states["in_service"]},
        "cases.moves.follow_up": {"number": states["in_service"]},
        "cases.moves.decide": {"number": states["proposed"]},
        "cases.moves.resume": {"number": states["follow_up"]},
        "cases.moves.reopen": {"number": states["closed"]},
        "cases.start": {"number": states["handed_out"]},
        "cases.merging.undo": {"number": other},
        "cases.merging.confirm": {"number": second},
        "cases.merging.refuse": {"number": second},
        "cases.merging.take_back": {"number": walled},
        "cases.people.put_back": {"party_id": made["party_out"]},
        "handovers.take_over": {"note_id": made["handover"]},
        "emergency.answer": {"request_id": made["glass_request"]},
        "emergency.refuse": {"request_id": made["glass_request"]},
    }
    return Full(case, made, elsewhere)


def _merged(office: Office, word: Word) -> str:
    one, two = open_case(office, source="herself"), open_case(office, source="herself")
    merge_id = merges.ask(office.actor("caseworker"), two, one, word("merge_reason"))
    merges.confirm(office.actor("lead"), two, merge_id)
    db.session.remove()
    return two
