"""Papers: nothing outside the allow-list reaches one; each is numbered, signed, and verified without a key."""

from __future__ import annotations

import datetime
import io
import itertools
from functools import partial
from typing import Any

import docx
import pytest
from sqlalchemy import select

from casework.documents import court_extract, docx_file, internal_volume, pdf_file, reading, rights_answer
from casework.documents.wording import Voice, tail
from casework.errors import AlreadyDone, Invalid, KeyMissing, NotFound
from casework.extensions import db
from casework.services import court_extracts, internal_volumes, narratives, paper_facts, papers, rights
from casework.services.call_facts import as_words
from casework.services.case_facts import IncidentFacts
from casework.services.paper_facts import NotOnThisPaper
from casework.services.rights import Asked
from casework.services.sealed_words import packed
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.base import new_id
from models.cases import Case, Consent
from models.casework import CaseNote, SafetyPlan, ServiceGiven
from models.duties import VillageTrust
from models.enums import CompartmentKind, PartyRole
from models.follow_ups import Notice
from models.papers import Paper, PaperFile, RightsRequest
from models.people import Party
from tests.make import Office
from tests.make_cases import case_row, open_case, take_keys

VOICE = Voice("zh", str)
JUST_NOW = datetime.date(2026, 11, 1)
CHILD_NAME, CHILD_SCHOOL = "陈小雨", "长沙实验学校"
CANARIES = {
    "present address": "幸福新村三栋五零二",
    "present town": "塘口镇",
    "her phone": "139 1234 5678",
    "safe phone": "138 0000 0417",
    "alias": "图书馆小何",
    "code word": "书到了吗",
    "safe hours": "周二下午",
    "helper": "李桂兰",
    "helper phone": "13712345678",
    "reporter": "黄秀珍",
    "plan": "去二姐家住两晚",
    "must not know": "村长陈大福",
    "child": CHILD_NAME,
    "child's given name": CHILD_NAME[1:],
    "child's school": CHILD_SCHOOL,
    "child's birthday": "2015年3月9日",
    "her number": "440783199001011234",
}
SAID = "他又来了。" + "；".join(CANARIES.values()) + "。以后还会打。"


def seal_party(work: Any, vault: Vault, case: Case, role: PartyRole, **words: str) -> None:
    """A person of a case with these words."""
    from casework.services import cases

    party = cases.add_party(work, case, role, "female")
    for name, text in words.items():
        setattr(party, f"{name}_sealed", vault.seal(f"parties.{name}", party.id, party.compartment_id, text))
    work.session.flush()


def full_case(office: Office) -> str:
    """A case whose every field that may not leave holds a canary, all of them typed into her account too."""
    number = open_case(
        office,
        violent=True,
        said=SAID,
        incident=IncidentFacts(None, "unknown", "spouse", "yes", ("physical",), SAID),
    )
    actor = office.actor("caseworker")
    with write(actor) as work:
        case = work.session.scalars(select(Case).where(Case.number == number)).one()
        vault = Vault(actor, work.session)
        vault.load([case.identity_compartment_id, case.account_compartment_id])
        client = work.session.scalars(select(Party).where(Party.case_id == case.id)).one()
        own = {
            "phone": CANARIES["her phone"],
            "address_rest": CANARIES["present address"],
            "address_town": "108",
        }
        own |= {"home_town": "002", "home_rest": "旧屋巷一号", "identity_number": CANARIES["her number"]}
        for name, text in own.items():
            sealed = vault.seal(f"parties.{name}", client.id, client.compartment_id, text)
            setattr(client, f"{name}_sealed", sealed)
        child = {"name": CHILD_NAME, "body": CHILD_SCHOOL, "birth_date": "2015-03-09"}
        seal_party(work, vault, case, PartyRole.CHILD, **child)
        helper = {"name": CANARIES["helper"], "phone": CANARIES["helper phone"]}
        seal_party(work, vault, case, PartyRole.RELATIVE, **helper)
        seal_party(work, vault, case, PartyRole.REPORTER, name=CANARIES["reporter"])
        seal_party(work, vault, case, PartyRole.OTHER_PARTY, name="张某强", phone="13900001111")
        add_words(work, vault, case)
    db.session.close()
    return number


def add_words(work: Any, vault: Vault, case: Case) -> None:
    """A safety plan, who must not know, a note, and her consent to the court."""
    account = case.account_compartment_id
    plan_id, trust_id, note_id = new_id(), new_id(), new_id()
    today = datetime.date(2026, 11, 1)
    plan = vault.seal("safety_plans.plan", plan_id, account, packed({"where": CANARIES["plan"]}))
    by = {"created_at": work.at, "created_by": 1}
    agreed = {"agreed_on": today, "review_on": today}
    row = SafetyPlan(id=plan_id, case_id=case.id, compartment_id=account, plan_sealed=plan, **agreed, **by)
    work.session.add(row)
    trust = VillageTrust(id=trust_id, case_id=case.id, compartment_id=account, asked_at=work.at, asked_by=1)
    trust.answer_sealed = vault.seal("village_trusts.answer", trust_id, account, "no") or b""
    trust.must_not_know_sealed = vault.seal(
        "village_trusts.must_not_know", trust_id, account, CANARIES["must not know"]
    )
    work.session.add(trust)
    author = work.actor.account_id
    note = CaseNote(id=note_id, case_id=case.id, compartment_id=account, kind="note", at=work.at, on=today)
    note.account_id, note.text_sealed = author, vault.seal("case_notes.text", note_id, account, SAID)
    work.session.add(note)
    service = ServiceGiven(id=new_id(), case_id=case.id, compartment_id=account, service="legal_aid")
    service.given_on, service.account_id, service.recorded_at = today, author, work.at
    work.session.add(service)
    given = {"given_on": today, "recorded_by": author, "recorded_at": work.at}
    work.session.add(Consent(case_id=case.id, scope="share_court", **given))


def made_extract(office: Office, number: str, username: str = "caseworker") -> str:
    """An extract of everything."""
    actor = office.actor(username)
    held = court_extracts.choice(actor, number)
    chosen = [entry.key for entry in held.entries]
    facts = court_extracts.facts_of(held, "divorce", chosen)
    compose = partial(court_extract.compose, voice=VOICE)
    made = court_extracts.make(
        actor, number, purpose="divorce", chosen=chosen, seen=court_extracts.seen_as(facts), compose=compose
    )
    db.session.close()
    return made


def text_of_docx(content: bytes) -> str:
    """Everything that a reader of the file sees or finds in it."""
    document = docx.Document(io.BytesIO(content))
    properties = document.core_properties
    known = (properties.author, properties.comments, properties.title, properties.last_modified_by)
    return "\n".join([*(line.text for line in document.paragraphs), *map(str, known)])


def test_no_canary_reaches_an_extract(any_office: Office) -> None:
    office = any_office
    with office.at_work():
        number = full_case(office)
        made = made_extract(office, number)
        opened = papers.open_paper(office.actor("caseworker"), number, made)
        assert isinstance(opened.words, dict)
        end = tail(opened.words, opened.line.digest, VOICE)
        docx_text = text_of_docx(docx_file.render(opened.words, end, datetime.date(2026, 11, 1)))
        page = pdf_file.page(opened.words, end)
        for text in (docx_text, page):
            assert {name for name, canary in CANARIES.items() if canary in text} == set()
            assert "他又来了" in text and "以后还会打" in text and "孩子1" in text and "张某强" in text
            assert opened.line.digest[:8] in text and made in text


def test_every_field_beyond_the_list_is_refused() -> None:
    for kind, allowed in paper_facts.ALLOWED.items():
        assert paper_facts.cleared(kind, dict.fromkeys(it for it in allowed if not it.startswith("entries.")))
        for beyond in ("parties.address_rest", "cases.phone", "safety_plans.plan", "reporter.name"):
            with pytest.raises(NotOnThisPaper):
                paper_facts.cleared(kind, {beyond: "x"})
        with pytest.raises(NotOnThisPaper):
            paper_facts.cleared(kind, {"entries": [{"address": "x"}]})


def test_an_extract_asks_for_purpose_lines_and_consent(office: Office) -> None:
    with office.at_work():
        number = open_case(office, violent=True)
        held = court_extracts.choice(office.actor("caseworker"), number)
        for purpose, chosen, faults in (
            ("nothing", ["told"], {"purpose": "choice"}),
            ("divorce", ["told"], {"purpose": "consent"}),
            ("divorce", [], {"purpose": "consent", "entries": "entries"}),
            ("nothing", ["note-1"], {"purpose": "choice", "entries": "choice"}),
        ):
            with pytest.raises(Invalid) as refused:
                court_extracts.check(held, purpose, chosen)
            assert refused.value.faults == faults


def test_what_was_rewritten_since_it_was_shown_is_not_made(office: Office) -> None:
    with office.at_work():
        number = full_case(office)
        actor = office.actor("caseworker")
        held = court_extracts.choice(actor, number)
        seen = court_extracts.seen_as(court_extracts.facts_of(held, "divorce", ["told"]))
        narratives.change(office.actor("colleague"), number, account_text="另一段话", wish=None, version=1)
        db.session.close()
        with pytest.raises(Invalid) as refused:
            court_extracts.make(
                office.actor("caseworker"),
                number,
                purpose="divorce",
                chosen=["told"],
                seen=seen,
                compose=partial(court_extract.compose, voice=VOICE),
            )
        assert refused.value.faults == {"entries": "changed"}
        assert reader().scalars(select(Paper)).all() == []


def test_without_a_key_no_extract_is_made_since_nothing_could_be_taken_out(office: Office) -> None:
    with office.at_work():
        number = full_case(office)
        take_keys(office, "caseworker", CompartmentKind.CONTACT)
        with pytest.raises(KeyMissing):
            court_extracts.choice(office.actor("caseworker"), number)


def test_a_child_is_named_by_her_family_name_alone(office: Office) -> None:
    with office.at_work():
        number = open_case(office, violent=True, client_name="林晓彤", said="林晓彤说她怕")
        with write(office.actor("caseworker")) as work:
            case = work.session.scalars(select(Case).where(Case.number == number)).one()
            party = work.session.scalars(select(Party).where(Party.case_id == case.id)).one()
            party.age_band = "age_14_17"
        db.session.close()
        held = court_extracts.choice(office.actor("caseworker"), number)
        assert held.base["client.is_minor"] is True
        words = court_extract.compose(
            court_extracts.facts_of(held, "divorce", ["told"]),
            papers.Stamp("2026-0001", datetime.date(2026, 11, 1), "何敏"),
            VOICE,
        )
        assert "晓彤" not in str(words) and "林某说她怕" in str(words)


def test_verification_says_true_altered_unknown_without_a_key(any_office: Office) -> None:
    office = any_office
    with office.at_work():
        number = full_case(office)
        made = made_extract(office, number)
        opened = papers.open_paper(office.actor("caseworker"), number, made)
        assert isinstance(opened.words, dict)
        content = docx_file.render(opened.words, [], datetime.date(2026, 11, 1))
        papers.leave(office.actor("caseworker"), number, made, "docx", content)
        db.session.close()
        assert reading.number_in(content) == made
        assert papers.verify_file(content).result == papers.TRUE
        assert papers.verify_file(content + b"x").result == papers.UNKNOWN
        assert papers.verify_file(content + b"x", made).result == papers.ALTERED
        assert papers.verify_file(content, "2026-9999").result == papers.UNKNOWN
        digest = opened.line.digest
        assert papers.verify_words(made, f" {digest[:8].upper()} {digest[8:]}").result == papers.TRUE
        assert papers.verify_words(made, "00" * 32).result == papers.ALTERED
        assert papers.verify_words("2026-9999", digest).result == papers.UNKNOWN
        with pytest.raises(NotFound):
            papers.leave(office.actor("stranger"), number, made, "docx", content)


def test_a_paper_that_somebody_wrote_into_the_database_does_not_verify(office: Office) -> None:
    with office.at_work():
        made = made_extract(office, full_case(office))
        real = reader().scalars(select(Paper).where(Paper.number == made)).one()
        facts = {column.key: getattr(real, column.key) for column in Paper.__table__.columns}
        facts |= {"id": new_id(), "number": "2026-9998", "words_digest": b"\1" * 32}
        with write(None) as work:
            work.session.add(Paper(**facts))
        db.session.close()
        made = "2026-9998"
        assert papers.verify_words(made, "01" * 32).result == papers.ALTERED


def test_only_the_teams_lead_makes_the_internal_volume_and_its_words_are_not_kept(office: Office) -> None:
    with office.at_work():
        number = full_case(office)
        for username in ("caseworker", "stranger", "lead2"):
            with pytest.raises(NotFound):
                internal_volumes.make(office.actor(username), number, lambda facts, stamp: {})
        seen: list[Any] = []

        def compose(facts: Any, stamp: Any) -> dict[str, Any]:
            seen.append(facts)
            return {"number": stamp.number}

        internal_volumes.make(office.actor("lead"), number, compose)
        parts = {part["key"]: part["rows"] for part in seen[0]["parts"]}
        assert len(parts["people"]) == 5 and CANARIES["plan"] in str(parts["safety"])
        assert parts["services"][0]["service"] == ("service", "legal_aid")
        words = str(internal_volume.compose(seen[0], papers.Stamp("2026-0009", JUST_NOW, "李组"), VOICE))
        assert "结案报告" in words and "目录" in words and "办理流程" in words and "申请法律援助" in words
        assert CANARIES["code word"] not in str({**parts, "account": (), "incidents": (), "notes": ()})
        row = reader().scalars(select(Paper)).one()
        assert row.words_sealed is None and row.kind == "internal_volume"


def test_the_other_side_is_refused_and_coercion_tells_the_lead(any_office: Office) -> None:
    office = any_office
    sides = ("other_party", "guardian_other", "relative_other", "lawyer_other")
    with office.at_work():
        number = open_case(office, violent=True)
        actor = office.actor("caseworker")
        for asker, kind in itertools.product(
            sides, ("held", "copy", "who_looked", "correction", "objection")
        ):
            for way in (rights.NOW, rights.LATER):
                asked = Asked(kind, asker, "identity_card", True, way, "字")
                assert rights.record(actor, number, asked)[1] == "refused_other_side"
        assert reader().scalars(select(Notice).where(Notice.kind == rights.ALARM)).all() == []
        request_id, result = rights.record(
            actor, number, Asked("copy", "herself", "identity_card", True, rights.LATER)
        )
        assert result == "raised_alarm"
        db.session.close()
        notice = reader().scalars(select(Notice).where(Notice.kind == rights.ALARM)).one()
        assert notice.team_id == office.team_id and notice.subject_id == case_row(number).id
        with pytest.raises(AlreadyDone):
            rights.answer(actor, number, request_id, lambda facts, stamp: {})
        assert reader().scalars(select(PaperFile)).all() == []


def test_who_is_not_known_or_not_alone_gets_nothing(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        actor = office.actor("caseworker")
        for asked, result in (
            (Asked("held", "herself", "not_checked", True), "refused_unidentified"),
            (Asked("held", "herself", "identity_card", False), "refused_not_alone"),
            (Asked("held", "somebody", "identity_card", True), "refused_not_herself"),
            (Asked("correction", "herself", "identity_card", True, words="出生年写错"), "recorded"),
            (Asked("held", "guardian", "identity_card", True), "to_answer"),
        ):
            assert rights.record(actor, number, asked)[1] == result
        with pytest.raises(Invalid):
            rights.record(actor, number, Asked("objection", "herself", "identity_card", True))


def test_her_copy_holds_her_own_words_and_no_third_person(office: Office) -> None:
    with office.at_work():
        number = full_case(office)
        actor = office.actor("caseworker")
        request_id, _ = rights.record(actor, number, Asked("copy", "herself", "identity_card", True))
        db.session.close()
        made = rights.answer(actor, number, request_id, partial(rights_answer.compose, voice=VOICE))
        text = str(made.words)
        assert CANARIES["present address"] in text and CANARIES["her number"] in text
        for other in (
            "helper",
            "reporter",
            "child",
            "child's given name",
            "child's school",
            "child's birthday",
        ):
            assert CANARIES[other] not in text
        assert "张某强" not in text and "13900001111" not in text
        row = reader().get(RightsRequest, request_id)
        assert row is not None and row.result == "answered" and row.paper_id is not None


def test_who_has_looked_names_roles_and_days_and_no_staff(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        visitor = office.visitor("caseworker")
        visitor.get(f"/cases/{number}/identity")
        looks = rights.who_looked(case_row(number).id)
        assert {"hotline_operator"} in [set(look["roles"]) for look in looks]
        seen = next(look for look in looks if look["action"] == "case.read_identity")
        assert seen["roles"] == ["caseworker"] and seen["times"] == 1
        assert "何敏" not in str(looks)


def test_the_card_is_cleared_of_what_is_on_no_list() -> None:
    known = paper_facts.Known(hidden={"图书馆小何"}, children=[{"陈小雨", "小雨"}], births=[None])
    text = paper_facts.without(known, "图书馆小何带小雨来，打 0750-2211 3344，2026-11-02 那天")
    assert "小何" not in text and "小雨" not in text and "2211" not in text and "2026-11-02" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_desk_asked_to_keep_her_safe_reaches_no_extract(office: Office, language: str) -> None:
    safety = {"safe_to_talk": "yes", "own_life": "yes"}
    asked = as_words(safety, {"place": "她在二楼厕所", "said_now": "他在砸门\n快来"}, language)
    with office.at_work():
        number = open_case(office, said=f"他打了我三次。\n\n{asked}\n\n后来她又说了一句。")
        told = court_extracts.choice(office.actor("caseworker"), number).entries[0]
        assert told.facts["words"] == "他打了我三次。\n\n后来她又说了一句。"
        assert told.is_shortened
        only_asked = open_case(office, said=asked)
        assert not court_extracts.choice(office.actor("caseworker"), only_asked).entries
