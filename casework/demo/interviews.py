"""First interviews of the story: one saved with everything that is asked, one left in the middle."""

from __future__ import annotations

import datetime
from typing import Any

from casework.clock import local_date
from casework.demo.life import Life
from casework.services import drafts, first_interview
from casework.services.case_facts import ContactCard, IncidentDetails, IncidentFacts
from casework.services.first_interview import FORM, Interview, NewInterview, Told
from casework.services.people import PersonFacts
from models.enums import PartyRole

DAYS_AGO = 6


def _known(given: dict[str, Any]) -> dict[str, Any]:
    """What is stored of somebody, as the screen sends it back."""
    names = PersonFacts.__dataclass_fields__
    kept = {name: value for name, value in given.items() if name in names and value not in (None, "", [])}
    if "birth_date" in kept:
        kept.pop("age", None)
    if "special_protection" in kept:
        kept["special_protection"] = tuple(kept["special_protection"])
    return kept


def _incident(life: Life, read: Interview, words: dict[str, Any]) -> Told:
    line = read.incident
    on = local_date(life.stage.now) - datetime.timedelta(days=DAYS_AGO)
    details = IncidentDetails(
        place_kind="shared_home",
        place_town=life.plan.woman.town.code if life.plan.woman.town.code.isdigit() else None,
        injuries=("bruise", "head"),
        injury_words=words["injury_words"],
        weapon="household",
        children_saw="yes",
        children_which=words["children_which"],
        police_called="yes",
        police_time=words["police_time"],
        police_station=words["police_station"],
        police_officer=words["police_officer"],
        police_receipt="yes",
        police_result="criticism",
        medical_care="clinic",
        medical_words=words["medical_words"],
        her_actions=("left", "police", "told_family"),
    )
    facts = IncidentFacts(
        occurred_on=(line.occurred_on if line else None) or on,
        precision="exact",
        relationship=(line.relationship if line else None) or life.plan.relationship,
        living_together=line.living_together.value if line else "yes",
        violence_types=(line.violence_types if line else None) or ("physical", "psychological"),
        narrative=line.narrative if line and isinstance(line.narrative, str) else None,
        details=details,
    )
    return Told(facts, line.version if line else 0, line.incident_id if line else 0)


def hold(life: Life, words: dict[str, Any]) -> None:
    """One whole first interview."""
    read = first_interview.of_case(life.worker, life.number)
    client, other = read.identity.client, read.identity.other_party
    town = life.plan.woman.town.code
    where = {"home_town": town, "home_rest": words["home_rest"], "address_rest": words["address_rest"]}
    stored = _known(client.given())
    stored |= {"name": life.plan.woman.name, "sex": "female", "address_town": town, **where}
    answers = {
        "safe_to_talk": "yes",
        "who_is_near": "nobody",
        "hurt_or_danger": "no",
        "children_safe": "yes",
        "own_life": "no",
        "knows_of_visit": "no",
        "has_children": "yes",
        "began": words["began"],
        "how_often": "monthly",
        "getting_worse": "yes",
        "before": words["before"],
        "old_injuries": words["old_injuries"],
        "reported_before": "yes",
        "reported_words": words["reported_words"],
        "lives_now": "left",
        "safe_there": "yes",
        "needs": ("legal_information", "resettlement"),
        "needs_words": words["needs_words"],
    }
    him = _known(other.given()) if other else {}
    him = {name: him[name] for name in ("name", "phone", "note") if name in him}
    him.setdefault("name", life.cast.county.name(life.chance, of_a_man=True))
    new = NewInterview(
        answers=answers,
        version=read.version,
        client=Told(PersonFacts(**stored), client.version),
        other=Told(PersonFacts(**him), other.version if other else 0),
        children=(),
        incident=_incident(life, read, words),
        wish=Told(words["wish"], read.account.version),
        card=Told(ContactCard(), read.card_version),
    )
    first_interview.save(life.worker, life.number, new)


def _typed(part: str, given: dict[str, Any]) -> dict[str, list[str]]:
    """The fields of one part as a browser sends them."""
    fields: dict[str, list[str]] = {}
    for name, value in given.items():
        several = value if isinstance(value, list | tuple) else [value]
        texts = [str(one) for one in several if one is not None and one != ""]
        fields[f"{part}-{name}"] = texts or ([] if isinstance(value, list | tuple) else [""])
    return fields


def begin(life: Life, words: dict[str, Any]) -> None:
    """The telephone rang in the middle: what she had typed so far waits as a draft."""
    read = first_interview.of_case(life.worker, life.number)
    client, other, line = read.identity.client, read.identity.other_party, read.incident
    fields = _typed("client", client.given() | {"sex": client.sex, "version": client.version})
    if other is not None:
        fields |= _typed("other", other.given() | {"version": other.version})
    for at, child in enumerate(read.identity.of_role(PartyRole.CHILD)):
        given = child.given() | {"sex": child.sex, "version": child.version, "party_id": child.party_id}
        fields |= _typed(f"child{at}", given)
    if line is not None:
        fields |= _typed("incident", line.given() | {"incident_id": line.incident_id})
    fields |= _typed("wish", {"wish": read.account.wish or "", "version": read.account.version})
    fields |= _typed("card", {"version": read.card_version})
    answers = {
        "safe_to_talk": "yes",
        "who_is_near": "nobody",
        "has_children": "yes",
        "began": words["half_began"],
        "how_often": "weekly",
        "before": words["half_before"],
        "version": read.version,
    }
    fields |= _typed("answers", dict(read.answers) | answers)
    drafts.save(life.worker, FORM, read.head.case_id, fields)
