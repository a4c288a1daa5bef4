"""The policy: which role may do what. Read it as a table; a permission that is not here is nobody's."""

from __future__ import annotations

from models.enums import Role

_R = Role
EVERYBODY = frozenset(Role)
CASE_ROLES = frozenset({_R.CASEWORKER, _R.TEAM_LEAD})
DESK_ROLES = frozenset({_R.HOTLINE_OPERATOR, _R.TEAM_LEAD})

POLICY: dict[str, tuple[frozenset[Role], str]] = {
    "own.account": (EVERYBODY, "Everybody manages her own password, codes, sessions and preferences."),
    "own.drafts": (EVERYBODY, "Everybody keeps drafts, sealed for herself."),
    "own.notices": (EVERYBODY, "Everybody reads what was raised for her."),
    "today.read": (
        CASE_ROLES | {_R.SHELTER_STAFF},
        "They see what is due today and what was raised for them.",
    ),
    "call.take": (frozenset({_R.HOTLINE_OPERATOR}), "An operator takes calls."),
    "call.list": (DESK_ROLES, "Operators and the desk's lead see the desk's calls."),
    "call.read": (DESK_ROLES, "Operators and the desk's lead read a call of their desk."),
    "call.accept": (frozenset({_R.HOTLINE_OPERATOR}), "An operator turns a call into a case for a team."),
    "number.look_up": (
        frozenset({_R.HOTLINE_OPERATOR}),
        "An operator looks a full number up inside an open call.",
    ),
    "case.list": (CASE_ROLES, "Caseworkers and leads see the cases of their teams."),
    "case.read": (
        CASE_ROLES | {_R.APPROVING_LEADER},
        "They read a case of their team, a leader the one put before her, as far as their keys go.",
    ),
    "case.work": (CASE_ROLES, "They complete identity, account and contact of a case."),
    "case.open_contact": (CASE_ROLES, "They open the safe-contact card; each opening is recorded."),
    "case.assign": (frozenset({_R.TEAM_LEAD}), "A lead hands out the cases of her team."),
    "case.accept": (CASE_ROLES, "They accept a case."),
    "case.decline": (CASE_ROLES, "They decline a case with the reason."),
    "case.assess": (CASE_ROLES, "They record a danger assessment."),
    "case.propose_closing": (CASE_ROLES, "They propose closing."),
    "case.approve_closing": (
        frozenset({_R.TEAM_LEAD, _R.APPROVING_LEADER}),
        "Another person than the caseworker approves closing.",
    ),
    "case.reopen": (CASE_ROLES, "They reopen a case with the reason."),
    "case.transfer": (frozenset({_R.TEAM_LEAD}), "A lead transfers a case."),
    "case.create": (CASE_ROLES, "They open a case for who walks in, after a search."),
    "case.search": (CASE_ROLES, "They find a case of their teams by number, name or phone."),
    "case.print": (CASE_ROLES, "They make a paper of a case, from the allow-list of its purpose."),
    "case.print_whole": (frozenset({_R.TEAM_LEAD}), "A lead alone prints the internal volume."),
    "case.put_before": (CASE_ROLES, "They put a case before the approving leader."),
    "evidence.add": (CASE_ROLES, "They add evidence to a case of their team."),
    "evidence.open": (CASE_ROLES, "They open evidence; each opening is in its chain of custody."),
    "rights.record": (CASE_ROLES, "They answer her when she asks what is held."),
    "access.ask": (CASE_ROLES, "They ask for another team's case in an emergency, with the reason."),
    "access.answer": (CASE_ROLES, "A duty person of the case's team answers, never her own request."),
    "access.review": (
        frozenset({_R.TEAM_LEAD, _R.SECURITY_OFFICER}),
        "Leads and the security officer review emergency access.",
    ),
    "emergency.card": (CASE_ROLES, "Who carries the duty phone opens the emergency card."),
    "own.relations": (
        CASE_ROLES | {_R.HOTLINE_OPERATOR},
        "Everybody who works on cases declares whom she is related to.",
    ),
    "own.check_in": (
        CASE_ROLES | {_R.HOTLINE_OPERATOR, _R.SHELTER_STAFF},
        "They write down their own strain, for themselves alone.",
    ),
    "handover.write": (
        CASE_ROLES | {_R.HOTLINE_OPERATOR},
        "They leave a note for the next shift of their team.",
    ),
    "team.load": (
        frozenset({_R.TEAM_LEAD}),
        "A lead sees who carries how much and prepares the case meeting.",
    ),
    "case.merge": (frozenset({_R.TEAM_LEAD}), "A lead merges duplicates."),
    "follow_up.list": (CASE_ROLES, "They see planned contacts of their cases."),
    "follow_up.plan": (CASE_ROLES, "They plan contacts."),
    "follow_up.record": (CASE_ROLES, "They record what came of a contact."),
    "team.members": (frozenset({_R.TEAM_LEAD}), "A lead admits and removes the members of her team."),
    "approval.list": (
        frozenset({_R.TEAM_LEAD, _R.APPROVING_LEADER}),
        "Leads and approving leaders see what waits for them.",
    ),
    "shelter.board": (frozenset({_R.SHELTER_STAFF, _R.TEAM_LEAD}), "Shelter staff see their house."),
    "statistics.read": (frozenset({_R.SUPERVISOR}), "Supervisors read published editions, and nothing else."),
    "report.list": (
        frozenset({_R.DEPARTMENT_REPORTER}),
        "A department's reporter sees what her department owes.",
    ),
    "security.decide": (
        frozenset({_R.SECURITY_OFFICER}),
        "The security officer approves roles, resets, teams and recovery.",
    ),
    "account.manage": (
        frozenset({_R.SYSTEM_ADMINISTRATOR}),
        "The administrator invites and disables accounts.",
    ),
    "operations.read": (frozenset({_R.SYSTEM_ADMINISTRATOR}), "The administrator sees how the system runs."),
    "audit.read": (frozenset({_R.AUDITOR}), "The auditor reads and verifies the trail, and nothing else."),
}


def roles_allowed(permission: str) -> frozenset[Role]:
    """Who may; nobody for a permission that is absent."""
    return POLICY.get(permission, (frozenset(), ""))[0]
