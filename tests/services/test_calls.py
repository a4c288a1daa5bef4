"""A call is recorded, sealed and counted; accepted into a case its words go with it and leave the desk."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.actor import Actor
from casework.clock import DAY, HOUR, MINUTE, local_date, now_us
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.sealed import Locked
from casework.services import call_register, calls, drafts
from casework.services.call_facts import Acceptance, NewCall
from casework.services.call_register import Filters
from casework.services.case_facts import IncidentFacts
from casework.transaction import reader, write
from models.access import Conflict
from models.audit import AuditEntry
from models.calls import Call, Matter
from models.cases import Case, Consent
from models.drafts import Draft
from models.incidents import Incident, IncidentViolence
from models.keys import BlindIndex, Wrap
from tests.make import Office

SAID = "丈夫酒后打人，昨晚掐脖子。"


def a_call(actor: Actor, **changes: Any) -> NewCall:
    """A call for help about domestic violence that began four minutes ago."""
    call = NewCall(
        call_id=calls.begin(actor).call_id,
        started_at=now_us() - 4 * MINUTE,
        category="asks_for_help",
        result="information_given",
        issues=("domestic_violence", "custody"),
        phone="138 0000 0388",
        caller_name="陈女士",
        town="002",
        safe_hours="周一至周五 14:00–15:00",
        alias="超市小何",
        code_word="要退货吗",
        never="不发短信",
        safety={"who_is_near": "child", "hurt_or_danger": "not_asked"},
        emergency={"place": "旧粮站后面"},
        said=SAID,
        wish="先保住孩子",
    )
    return replace(call, **changes)


def an_acceptance(office: Office, **changes: Any) -> Acceptance:
    """Into 个案一组, with the incident of last night."""
    incident = IncidentFacts(
        occurred_on=local_date(now_us() - DAY),
        precision="exact",
        relationship="spouse",
        living_together="yes",
        violence_types=["physical", "psychological"],
    )
    acceptance = Acceptance(office.team_id, "002", "herself", "female", True, incident)
    return replace(acceptance, **changes)


def trail() -> list[str]:
    """The actions recorded so far, oldest first."""
    return list(reader().scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))


def stored(number: str) -> Call:
    """The row of a call as it stands."""
    return (
        reader()
        .scalars(select(Call).where(Call.number == number).execution_options(populate_existing=True))
        .one()
    )


def test_a_call_is_saved_sealed_counted_and_found_by_its_number(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        saved = calls.record(operator, a_call(operator))
        year = local_date(now_us()).year
        assert saved == calls.Recorded(f"{year}-0001", None)
        row = stored(saved.number)
        assert (row.category, row.result, row.channel) == ("asks_for_help", "information_given", "call")
        assert row.started_on == local_date(row.started_at) and (row.ended_at or 0) > row.started_at
        assert SAID.encode() not in b"".join(v for v in vars(row).values() if isinstance(v, bytes))
        issues = (
            reader().execute(select(Matter.issue, Matter.answered_on).where(Matter.call_id == row.id)).all()
        )
        assert {issue for issue, _ in issues} == {"domestic_violence", "custody"}
        assert {on for _, on in issues} == {row.started_on}
        index = reader().execute(select(BlindIndex.target, BlindIndex.target_id)).all()
        assert index == [("calls.phone", row.id)]
        assert trail()[-1] == "call.record"
        assert calls.record(operator, a_call(operator)).number == f"{year}-0002"


def test_the_desk_reads_its_call_and_the_contact_card_only_when_opened(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        number = calls.record(operator, a_call(operator)).number
        page = call_register.get_for(operator, number)
        assert (page.said, page.wish) == (SAID, "先保住孩子")
        assert page.safety == {"who_is_near": "child"} and page.emergency == {"place": "旧粮站后面"}
        assert page.issues == ("domestic_violence", "custody") and page.card is None and page.may_become_case
        assert [view.action for view in operator.views] == ["call.read"]
        card = call_register.get_for(any_office.actor("lead"), number, with_card=True).card
        assert card is not None and card["phone"] == "138 0000 0388" and card["code_word"] == "要退货吗"


@pytest.mark.parametrize("who", ["caseworker", "lead2", "stranger"])
def test_another_team_finds_no_call_of_the_desk(office: Office, who: str) -> None:
    with office.at_work():
        operator = office.actor("operator")
        number = calls.record(operator, a_call(operator)).number
        with pytest.raises(NotFound):
            call_register.get_for(office.actor(who), number)
        assert call_register.listing(office.actor(who)).rows == []
        with pytest.raises(NotFound):
            calls.accept(office.actor(who), number, an_acceptance(office))


def test_the_same_call_is_saved_once(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        call = a_call(operator)
        first = calls.record(operator, call)
        with pytest.raises(AlreadyDone):
            calls.record(operator, call)
        assert call_register.number_of(operator, call.call_id) == first.number


def test_an_empty_call_keeps_no_account_and_a_test_is_not_counted(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        bare = {"call_id": calls.begin(operator).call_id, "started_at": now_us(), "result": "none"}
        row = stored(calls.record(operator, NewCall(category="silent", **bare)).number)  # type: ignore[arg-type]
        assert row.account_compartment_id is None and row.phone_sealed is None and not row.is_test
        again = {**bare, "call_id": calls.begin(operator).call_id}
        tested = stored(calls.record(operator, NewCall(category="test", **again)).number)  # type: ignore[arg-type]
        assert tested.is_test


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"started_at": HOUR}, {"started_at": "long_ago"}),
        ({"ahead": HOUR}, {"started_at": "future"}),
        ({"ended": -HOUR}, {"ended_at": "before_start"}),
        ({"ended": HOUR}, {"ended_at": "future"}),
        ({"phone": "请打这个"}, {"phone": "no_digits"}),
        ({"category": "nonsense"}, {"category": "choice"}),
        ({"issues": ("marriage_family",)}, {"issues": "choice"}),
        ({"town": "999"}, {"town": "choice"}),
        ({"safety": {"own_life": "perhaps"}}, {"safety": "choice"}),
        ({"result": "case_opened"}, {"team_id": "required"}),
    ],
)
def test_nonsense_is_refused_by_name(office: Office, changes: dict[str, Any], fault: dict[str, str]) -> None:
    with office.at_work():
        operator = office.actor("operator")
        changes = dict(changes)
        now = now_us()
        if "ahead" in changes:
            changes["started_at"] = now + changes.pop("ahead")
        if "ended" in changes:
            changes["ended_at"] = now + changes.pop("ended")
        with pytest.raises(Invalid) as refused:
            calls.record(operator, a_call(operator, **changes))
        assert refused.value.faults == fault
        assert reader().scalar(select(func.count()).select_from(Call)) == 0


def test_long_and_strange_words_come_back_whole(office: Office) -> None:
    with office.at_work():
        operator = office.actor("operator")
        said, name = "她说🙏" * 5000, "🌸 阿姨"
        number = calls.record(operator, a_call(operator, said=said, caller_name=name)).number
        page = call_register.get_for(operator, number, with_card=True)
        assert page.said == said and page.card is not None and page.card["caller_name"] == name


def test_an_accepted_call_leaves_its_words_to_the_team(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        saved = calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(any_office))
        call, case = stored(saved.number), reader().scalars(select(Case)).one()
        assert (call.case_id, call.result, case.number) == (case.id, "case_opened", saved.case_number)
        assert (case.team_id, case.town, case.received_at) == (any_office.team_id, "002", call.started_at)
        assert (
            call.said_sealed
            is call.wish_sealed
            is call.safety_answers_sealed
            is call.emergency_sealed
            is None
        )
        wraps = (
            select(func.count()).select_from(Wrap).where(Wrap.compartment_id == call.account_compartment_id)
        )
        assert reader().scalar(wraps) == 0
        assert call.phone_sealed and call.alias_sealed
        incident = reader().scalars(select(Incident)).one()
        kinds = set(reader().scalars(select(IncidentViolence.violence_type)))
        assert incident.relationship == "spouse" and kinds == {"physical", "psychological"}
        matters = reader().execute(select(Matter.call_id, Matter.case_id, Matter.issue)).all()
        assert {(m.call_id, m.case_id) for m in matters} == {(call.id, case.id)} and len(matters) == 2
        assert reader().scalars(select(Consent.scope)).all() == ["desk_contact"]
        page = call_register.get_for(operator, saved.number, with_card=True)
        assert page.said is None and page.case_number == case.number and page.case_team == "个案一组"
        assert page.card is not None and page.card["phone"] == "138 0000 0388" and not page.may_become_case


def test_the_team_reads_what_was_said_and_asked(any_office: Office) -> None:
    from casework.services.vault import Vault

    with any_office.at_work():
        operator = any_office.actor("operator")
        calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(any_office))
        case = reader().scalars(select(Case)).one()

        def account(who: str) -> str | Locked | None:
            vault = Vault(any_office.actor(who), reader())
            return vault.text(
                "cases.account_text", case.id, case.account_compartment_id, case.account_text_sealed
            )

        words = account("caseworker")
        assert isinstance(words, str) and SAID in words
        assert "身边有人吗：孩子" in words and "她在哪里：旧粮站后面" in words and "未问到" not in words
        assert isinstance(account("operator"), Locked) and isinstance(account("stranger"), Locked)


def test_without_her_consent_the_desk_keeps_the_number_alone(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        number = calls.record(operator, a_call(operator)).number
        case_number = calls.accept(operator, number, an_acceptance(any_office, desk_keeps_card=False))
        page = call_register.get_for(operator, number, with_card=True)
        assert page.case_number == case_number and page.card is not None
        kept = {name for name, words in page.card.items() if words}
        assert kept == {"phone"}
        assert reader().scalar(select(func.count()).select_from(Consent)) == 0
        with pytest.raises(AlreadyDone):
            calls.accept(operator, number, an_acceptance(any_office))


@pytest.mark.parametrize(
    ("call", "acceptance", "fault"),
    [
        ({"category": "other_party"}, {}, {"result": "no_case"}),
        ({"issues": ()}, {"incident": None}, {"issues": "required"}),
        ({}, {"team_id": 5}, {"team_id": "choice"}),
        ({}, {"town": ""}, {"case_town": "choice"}),
        ({}, {"incident": None}, {"relationship": "required", "violence_types": "required"}),
    ],
)
def test_a_case_wants_what_a_team_needs(
    office: Office, call: dict[str, Any], acceptance: dict[str, Any], fault: dict[str, str]
) -> None:
    with office.at_work():
        operator = office.actor("operator")
        new = a_call(operator, result="case_opened", **call)
        with pytest.raises(Invalid) as refused:
            calls.record(operator, new, an_acceptance(office, **acceptance))
        assert refused.value.faults == fault
        assert reader().scalar(select(func.count()).select_from(Call)) == 0


def test_an_incident_is_not_in_the_future_and_its_date_may_be_unknown(office: Office) -> None:
    with office.at_work():
        operator = office.actor("operator")
        incident = an_acceptance(office).incident
        assert incident is not None
        tomorrow = replace(incident, occurred_on=local_date(now_us()) + datetime.timedelta(days=1))
        undated = replace(incident, occurred_on=None)
        number = calls.record(operator, a_call(operator)).number
        for facts, reason in ((tomorrow, "future"), (undated, "date_or_unknown")):
            with pytest.raises(Invalid) as refused:
                calls.accept(operator, number, an_acceptance(office, incident=facts))
            assert refused.value.faults == {"occurred_on": reason}
        assert calls.accept(
            operator, number, an_acceptance(office, incident=replace(undated, precision="unknown"))
        )


def test_a_call_whose_case_is_behind_the_wall_is_not_there(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        saved = calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(any_office))
        case_id = reader().scalars(select(Case.id)).one()
        with write(operator) as work:
            work.session.add(Conflict(account_id=operator.account_id, case_id=case_id, declared_at=work.at))
        with pytest.raises(NotFound):
            call_register.get_for(operator, saved.number)
        assert call_register.listing(operator).rows == []


def test_the_list_is_paged_by_key_and_narrowed(any_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        for minute in range(5):
            category = "silent" if minute % 2 else "question"
            new = a_call(operator, started_at=now_us() - minute * MINUTE, category=category)
            calls.record(operator, new)
        monkeypatch.setattr(call_register, "PAGE_ROWS", 2)
        seen, after = [], None
        for _ in range(3):
            page = call_register.listing(operator, after=after)
            seen += [row.number[-4:] for row in page.rows]
            after = page.after
        assert seen == ["0001", "0002", "0003", "0004", "0005"] and after is None
        silent = call_register.listing(operator, Filters(category="silent")).rows
        assert [row.category for row in silent] == ["silent", "silent"]
        tomorrow = local_date(now_us()) + datetime.timedelta(days=1)
        assert call_register.listing(operator, Filters(since=tomorrow)).rows == []
        assert call_register.listing(operator, Filters(result="none", until=tomorrow)).rows == []
        assert call_register.listing(operator, after="nonsense-x").rows


def test_saving_the_call_ends_its_draft_in_the_same_transaction(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        call = a_call(operator)
        drafts.save(operator, "call", call.call_id, {"said": [SAID]})
        calls.record(operator, call)
        assert reader().scalar(select(func.count()).select_from(Draft)) == 0
        assert trail()[-2:] == ["call.record", "draft.end"]


def test_a_mark_is_good_for_its_owner_only(office: Office) -> None:
    with office.at_work():
        operator, other = office.actor("operator"), office.actor("lead")
        begun = calls.begin(operator)
        assert calls.begun(operator, begun.mark) == begun.call_id
        for forged in (begun.mark[:-1], "12.ab", "", f"9{begun.mark}", "٣.a"):
            with pytest.raises(NotFound):
                calls.begun(operator, forged)
        with pytest.raises(NotFound):
            calls.begun(other, begun.mark)
