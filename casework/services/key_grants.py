"""The grant table: which team role holds keys for which compartments. The one place that says so."""

from __future__ import annotations

from models.enums import CompartmentKind, Role, TeamKind

_C = CompartmentKind
_CASEWORK = frozenset({_C.CONTACT, _C.IDENTITY, _C.ACCOUNT, _C.LEGAL})
_DESK = frozenset({_C.CONTACT, _C.ACCOUNT})
_SHELTER = frozenset({_C.SHELTER})
_DUTY = frozenset({_C.CONTACT})

GRANTS: dict[TeamKind, dict[Role, frozenset[CompartmentKind]]] = {
    TeamKind.DESK: {Role.HOTLINE_OPERATOR: _DESK, Role.TEAM_LEAD: _DESK},
    TeamKind.CASEWORK: {Role.CASEWORKER: _CASEWORK, Role.TEAM_LEAD: _CASEWORK},
    TeamKind.SHELTER: {Role.SHELTER_STAFF: _SHELTER, Role.TEAM_LEAD: _SHELTER},
    # Whoever carries the duty phone at night: how a woman may be reached, of every case, and nothing else.
    TeamKind.DUTY: {Role.CASEWORKER: _DUTY, Role.TEAM_LEAD: _DUTY},
}

# Roles that may look up a number or an identity number, and so hold the index key.
MAY_LOOK_UP = frozenset({Role.HOTLINE_OPERATOR, Role.CASEWORKER, Role.TEAM_LEAD})


def compartments_of_team(kind: TeamKind) -> frozenset[CompartmentKind]:
    """Every compartment for which a team of this kind has keys."""
    return frozenset().union(*GRANTS[kind].values())


def compartments_of(kind: TeamKind, role: Role) -> frozenset[CompartmentKind]:
    """The compartments that a role in a team of this kind opens; none when the pair is not in the table."""
    return GRANTS[kind].get(role, frozenset())


def roles_for(kind: TeamKind) -> list[Role]:
    """The roles that a team of this kind has."""
    return list(GRANTS[kind])
