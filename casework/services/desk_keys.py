"""The desk's way to a contact card: its wraps come and go with her consent that the desk may open the card."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from casework.services import rosters
from casework.services.vault import Vault
from casework.transaction import Work
from models.accounts import Team
from models.calls import Call
from models.cases import Case
from models.enums import CompartmentKind, RecipientKind, TeamKind
from models.keys import Compartment, TeamKey, Wrap

CONTACT = CompartmentKind.CONTACT
# What of the card a call holds too; its number stays, as the desk's own record of who rang.
COPIED = ("safe_hours_sealed", "alias_sealed", "code_word_sealed", "never_sealed")

_desk_keys = (
    select(TeamKey.id)
    .join(Team, Team.id == TeamKey.team_id)
    .where(Team.kind == TeamKind.DESK, TeamKey.compartment == CONTACT)
)


def give(work: Work, vault: Vault, case: Case) -> bool:
    """Wraps the card's key for the desks, as the roster names them; whether one had none before.

    KeyMissing for an actor who can't open the card herself.
    """
    if work.actor is None:
        return False
    roster = rosters.verified_for(work.session, work.actor)
    desks = [
        team_id
        for team_id, kind in roster.teams.items()
        if kind == TeamKind.DESK and roster.newest_team_key(team_id, CONTACT.value) is not None
    ]
    return vault.share(work, case.id, case.contact_compartment_id, CONTACT, desks)


def take(work: Work, case: Case) -> int:
    """Takes every wrap of the card from the desks and empties their copies of it; gives how many wraps went.

    The next write to the card is under a new key, which no desk was ever given.
    """
    taken = work.changed(
        delete(Wrap).where(
            Wrap.compartment_id == case.contact_compartment_id,
            Wrap.recipient_kind == RecipientKind.TEAM_KEY,
            Wrap.recipient_id.in_(_desk_keys),
        )
    )
    work.session.execute(
        update(Compartment).where(Compartment.id == case.contact_compartment_id).values(rekey_needed=True)
    )
    work.session.execute(
        update(Call).where(Call.case_id == case.id).values(dict.fromkeys(COPIED)),
        execution_options={"synchronize_session": False},
    )
    return taken
