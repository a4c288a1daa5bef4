"""Contact cards for the night: their keys wrapped for the teams that carry the duty phone.

A new case is wrapped when it is accepted; what is older, or was there before such a team, when somebody who holds the
card's key next reads the case.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import exists, select

from casework.actor import Actor
from casework.services import rosters
from casework.services.vault import Vault
from casework.transaction import Work
from models.accounts import Team
from models.cases import Case
from models.enums import CompartmentKind, RecipientKind, TeamKind
from models.keys import TeamKey, Wrap

CONTACT = CompartmentKind.CONTACT
_wrapped = exists().where(
    Wrap.compartment_id == Case.contact_compartment_id,
    Wrap.recipient_kind == RecipientKind.TEAM_KEY,
    Wrap.recipient_id == TeamKey.id,
)
_duty_key = (
    select(TeamKey.id)
    .join(Team, Team.id == TeamKey.team_id)
    .where(Team.kind == TeamKind.DUTY, TeamKey.compartment == CONTACT, TeamKey.retired_at.is_(None))
)
# On a statement over cases: there is a duty team that can't open this card; there is one that can.
is_shut_to_duty = _duty_key.where(~_wrapped).correlate(Case).exists()
is_open_to_duty = _duty_key.where(_wrapped).correlate(Case).exists()


def duty_teams(work: Work) -> list[int]:
    """The teams that carry the duty phone and have a key for contact cards, as the roster says it: a row of the
    database may say so of any team.
    """
    if work.actor is None:
        return []
    roster = rosters.verified_for(work.session, work.actor)
    return [
        team_id
        for team_id, kind in roster.teams.items()
        if kind == TeamKind.DUTY and roster.newest_team_key(team_id, CONTACT.value) is not None
    ]


def share_when_read(actor: Actor, case_id: int, contact_id: int) -> None:
    """Wraps the card for the duty teams together with the record of what this request showed."""
    actor.pending.append(partial(_share, actor, case_id, contact_id))


def _share(actor: Actor, case_id: int, contact_id: int, work: Work) -> None:
    vault = Vault(actor, work.session)
    if vault.share(work, case_id, contact_id, CONTACT, duty_teams(work)):
        work.record("contact.share_duty", subject_kind="case", subject_id=case_id)
