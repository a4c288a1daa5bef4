"""What is to be done today: late first, then urgent, then what is due, then the week ahead; and what was
raised.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from casework import clock
from casework.actor import Actor
from casework.services import follow_up_lists, notices
from casework.services.follow_up_lists import FIELDS, FollowUpLine
from casework.services.notices import NoticeLine
from casework.services.vault import Vault
from casework.transaction import reader

AHEAD_DAYS = 7
EVER = datetime.date(2000, 1, 1)


@dataclass(frozen=True, repr=False)
class Today:
    """The groups of the page, each by due date; ``has_more`` where a group is longer than one page."""

    late: list[FollowUpLine]
    urgent: list[FollowUpLine]
    due: list[FollowUpLine]
    ahead: list[FollowUpLine]
    notices: list[NoticeLine]
    has_more: bool

    @property
    def count(self) -> int:
        """How many things wait up to tonight."""
        return len(self.late) + len(self.urgent) + len(self.due)


def of(actor: Actor) -> Today:
    """What waits for this person: her own contacts, for a lead those of her teams. Recorded as one view."""
    on = clock.today()
    vault = Vault(actor, reader())
    up_to_now, more = follow_up_lists.open_between(actor, vault, EVER, on)
    ahead, more_ahead = follow_up_lists.open_between(
        actor, vault, on + datetime.timedelta(days=1), on + datetime.timedelta(days=AHEAD_DAYS)
    )
    in_time = [line for line in up_to_now if not line.is_late]
    shown = [line.follow_up_id for line in (*up_to_now, *ahead)]
    if shown:
        actor.shown("today.list", subject_kind="follow_up", ids=shown, fields=FIELDS)
    return Today(
        late=[line for line in up_to_now if line.is_late],
        urgent=[line for line in in_time if line.urgent],
        due=[line for line in in_time if not line.urgent],
        ahead=ahead,
        notices=notices.unread(actor),
        has_more=more or more_ahead,
    )
