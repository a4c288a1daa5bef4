"""The statutory time limits, one function each, each with its article.

Every function takes the event that starts the limit and gives a `Limit`. Instants are microseconds UTC, dates
are local dates of the jurisdiction. Limits in hours run by the clock. In limits of days and months the
starting day is not counted (Civil Code 201), month ends are clipped (202), and `late_after` moves to the next
working day (203; Civil Procedure Law 85), `act_by` never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.law.limits import (
    Limit,
    at_least_months,
    in_days,
    in_hours,
    in_months,
    in_working_days,
    on_date,
)
from casework.law.periods import after_days, after_months
from casework.law.working_days import Calendar

ORDER_MONTHS_AT_MOST = 6
SHELTER_DAYS = 10
WARNING_VISITS_WITHOUT_VIOLENCE = 3


@dataclass(frozen=True, slots=True)
class LocalHours:
    """A limit in hours that a jurisdiction's own rules set; the jurisdiction pack names it with its
    article.
    """

    rule: str
    hours: int
    article_key: str


# --- the court's protection order ---


def order_decided(accepted_at: int, *, urgent: bool) -> Limit:
    """The court decides within 72 hours of accepting the application, within 24 where it is urgent (Anti-DV
    Law 28).

    It starts with the court's acceptance, not with the filing.
    """
    return in_hours("order_decided", "anti_dv_28", accepted_at, 24 if urgent else 72)


def order_served(made_at: int) -> Limit:
    """The court serves the order on the parties, the police station and the committee within 24 hours of
    making it (Fa Fa [2022] No. 10, 14).
    """
    return in_hours("order_served", "order_opinion_14", made_at, 24)


def order_checked_by_police(received_at: int, local: LocalHours) -> Limit:
    """The police check on the other party and tell him of the order within the local rules' hours (Guangdong
    rules 33: 24).

    There is no national limit; a jurisdiction without such a rule has no such limit.
    """
    return in_hours("order_checked_by_police", local.article_key, received_at, local.hours)


def order_lapses(made_on: date, months: int = ORDER_MONTHS_AT_MOST) -> Limit:
    """The last day that the order is in force: at most six months from the day it is made, not served
    (Anti-DV Law 30).

    It does not move for a holiday: nobody may believe herself protected a day too long. Raises ValueError
    outside 1 to 6 months.
    """
    if not 1 <= months <= ORDER_MONTHS_AT_MOST:
        raise ValueError("an order is valid for one to six months")
    return on_date("order_lapses", "anti_dv_30", made_on, after_months(made_on, months), months=months)


def order_changed_by(lapses_on: date) -> Limit:
    """Revoking, varying or extending is asked for before the order lapses, by the applicant alone (Anti-DV
    Law 30).

    Its last day of force is the last day; after it the form refuses.
    """
    return on_date("order_changed_by", "anti_dv_30", None, lapses_on)


def order_review_asked(effective_on: date, calendar: Calendar) -> Limit:
    """Review is asked for within 5 days of the ruling's taking effect, once; it does not stay the order
    (Anti-DV Law 31).
    """
    return in_days("order_review_asked", "anti_dv_31", effective_on, 5, calendar)


# --- the police's written warning ---


def warning_decided(report_accepted_at: int, local: LocalHours | None = None) -> tuple[Limit, ...]:
    """The police issue the warning on the spot, else within 72 hours of accepting the report (Gong Tong Zi
    [2024] No. 34, 8); with a local rule (Guangdong rules 26: 24 hours) both limits, the stricter first.
    """
    limits = [in_hours("warning_decided", "warning_opinion_8", report_accepted_at, 72)]
    if local is not None:
        limits.append(in_hours("warning_decided", local.article_key, report_accepted_at, local.hours))
    return tuple(sorted(limits, key=lambda limit: (limit.late_after_at or 0, limit.article_key)))


def warning_visit(delivered_on: date, number: int, calendar: Calendar) -> Limit:
    """The police's visit `number` (from 1) to the warned person: the first within 7 days of delivery, then
    every three months from delivery (Gong Tong Zi [2024] No. 34, 12). Raises ValueError for a number below
    1.
    """
    if number < 1:
        raise ValueError("visits are numbered from 1")
    if number == 1:
        return in_days("warning_visit", "warning_opinion_12", delivered_on, 7, calendar)
    return in_months("warning_visit", "warning_opinion_12", delivered_on, 3 * (number - 1), calendar)


def warning_visits_ended(violence_found: Sequence[bool]) -> bool:
    """Whether the visits may end: the last three in a row found no new violence, the first among them; new
    violence starts the count again (Gong Tong Zi [2024] No. 34, 12). One entry for each visit made, in
    order.
    """
    last = list(violence_found)[-WARNING_VISITS_WITHOUT_VIOLENCE:]
    return len(last) == WARNING_VISITS_WITHOUT_VIOLENCE and not any(last)


# --- shelter, legal aid, children ---


def shelter_stay(arrived_on: date) -> Limit:
    """An adult leaves by the tenth day after arrival as a rule; longer is filed with civil affairs, not
    approved (Min Fa [2015] No. 189). A stay simply lasts, so it does not move; there is no such limit for
    a child.
    """
    return on_date(
        "shelter_stay",
        "shelter_opinion",
        arrived_on,
        after_days(arrived_on, SHELTER_DAYS),
        days=SHELTER_DAYS,
    )


def legal_aid_decided(received_on: date, calendar: Calendar) -> Limit:
    """The agency decides within 7 days of receiving the application (Legal Aid Law 43)."""
    return in_days("legal_aid_decided", "legal_aid_43", received_on, 7, calendar)


def legal_aid_appointed(decided_on: date, calendar: Calendar) -> Limit:
    """The agency appoints a lawyer within 3 days of deciding to help (Legal Aid Law 43)."""
    return in_days("legal_aid_appointed", "legal_aid_43", decided_on, 3, calendar)


def legal_aid_objection_examined(received_on: date, calendar: Calendar) -> Limit:
    """The judicial office examines an objection within 5 days of receiving it (Legal Aid Law 49)."""
    return in_days("legal_aid_objection_examined", "legal_aid_49", received_on, 5, calendar)


def child_reporter_told(accepted_on: date, calendar: Calendar) -> Limit:
    """The police tell whoever reported a case of a child within 3 days of accepting or filing it
    (Gao Jian Fa [2020] No. 9, 10)."""
    return in_days("child_reporter_told", "child_report_10", accepted_on, 3, calendar)


# --- matters of the federation's own petition work ---


def matter_answered(received_on: date, calendar: Calendar) -> Limit:
    """She is told in writing within 15 days of receipt whether her matter is accepted, where it could not
    be said at once (Regulations on Petition Work 23).
    """
    return in_days("matter_answered", "petitions_23", received_on, 15, calendar)


def matter_concluded(accepted_on: date, calendar: Calendar) -> Limit:
    """A matter of article 31(6) is concluded within 60 days of its acceptance (Regulations on Petition Work
    31, 34).

    Other matters, most of domestic violence among them, take the way of the police and the courts and have no
    such limit.
    """
    return in_days("matter_concluded", "petitions_34", accepted_on, 60, calendar)


def matter_concluded_extended(accepted_on: date, extra_days: int, calendar: Calendar) -> Limit:
    """The same with an extension of at most 30 days, whose reason she is told (Regulations on Petition Work
    34).

    Counted as one period of 60 + `extra_days` from acceptance. Raises ValueError outside 1 to 30 days.
    """
    if not 1 <= extra_days <= 30:
        raise ValueError("an extension is 1 to 30 days")
    return in_days("matter_concluded_extended", "petitions_34", accepted_on, 60 + extra_days, calendar)


def passed_on_objection(received_on: date, calendar: Calendar) -> Limit:
    """A matter passed to us that is not ours is objected to within 5 working days of receipt (Regulations
    on Petition Work 23).
    """
    return in_working_days("passed_on_objection", "petitions_23", received_on, 5, calendar)


def review_asked(answer_received_on: date, calendar: Calendar) -> Limit:
    """She asks the body above for a review within 30 days of receiving the answer (Regulations on Petition
    Work 35).
    """
    return in_days("review_asked", "petitions_35", answer_received_on, 30, calendar)


def review_answered(request_received_on: date, calendar: Calendar) -> Limit:
    """The review is answered within 30 days of receiving the request (Regulations on Petition Work 35)."""
    return in_days("review_answered", "petitions_35", request_received_on, 30, calendar)


def second_review_asked(answer_received_on: date, calendar: Calendar) -> Limit:
    """She asks for the second review within 30 days of receiving the first one's answer (Regulations on
    Petition Work 36).
    """
    return in_days("second_review_asked", "petitions_36", answer_received_on, 30, calendar)


def second_review_answered(request_received_on: date, calendar: Calendar) -> Limit:
    """The second review is answered within 30 days of receiving the request; a hearing's time is not
    counted and has to be added by hand (Regulations on Petition Work 36).
    """
    return in_days("second_review_answered", "petitions_36", request_received_on, 30, calendar)


def handed_down(received_on: date, due_on: date) -> Limit:
    """A matter handed down, or an order of 12345, has the date that stands in it (a setting of who sent
    it).
    """
    return on_date("handed_down", "handed_down", received_on, due_on)


def supervision_letter_answered(sent_on: date, due_on: date) -> Limit:
    """A supervision letter sets its own date: the law has no days for it (Women's Rights Protection Law
    73).
    """
    return on_date("supervision_letter_answered", "womens_rights_73", sent_on, due_on)


# --- what has to be kept ---


def log_kept_until(written_on: date) -> Limit:
    """A network log is kept for at least six months (Cybersecurity Law 23)."""
    return at_least_months("log_kept_until", "cybersecurity_23", written_on, 6)


def impact_assessment_kept_until(made_on: date) -> Limit:
    """A report of an impact assessment and its record are kept for at least three years (PIPL 56)."""
    return at_least_months("impact_assessment_kept_until", "pipl_56", made_on, 36)
