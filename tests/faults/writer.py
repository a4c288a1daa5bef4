"""A process that writes through the services until it is killed, and says what was acknowledged.

    python -m tests.faults.writer FOLDER SEED [DATABASE_URL]

Each line on standard output is JSON: what was written, printed after the commit that holds it.
"""

from __future__ import annotations

import datetime
import json
import random
import sys
from itertools import count
from pathlib import Path
from typing import Any

from casework.actor import Actor
from casework.clock import DAY, MINUTE, local_date, now_us, today
from casework.extensions import db
from casework.services import calls, contact_cards, drafts, follow_up_lists, follow_ups, narratives
from casework.services.call_facts import Acceptance, NewCall
from casework.services.case_facts import IncidentFacts
from casework.services.follow_ups import Planned, Tried
from casework.transaction import record_views
from tests.make import Office, office_in

SAID, WISH = "她说的原话", "她的意愿"


def a_call(actor: Actor, words: str, **changes: Any) -> NewCall:
    """A call for help of a minute ago, each of its texts with these words."""
    given: dict[str, Any] = {
        "call_id": calls.begin(actor).call_id,
        "started_at": now_us() - MINUTE,
        "category": "asks_for_help",
        "result": "information_given",
        "issues": ("domestic_violence",),
        "phone": "13800000388",
        "caller_name": f"{words} 女士",
        "safe_hours": f"{words} 下午",
        "said": f"{SAID} {words}",
        "wish": f"{WISH} {words}",
    }
    return NewCall(**{**given, **changes})


def an_acceptance(team_id: int) -> Acceptance:
    """Into this team, with the incident of yesterday."""
    incident = IncidentFacts(local_date(now_us() - DAY), "exact", "spouse", "yes", ["physical"])
    return Acceptance(team_id, "002", "herself", "female", True, incident)


class Writer:
    """An operator and a caseworker who never rest."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.seed = office, seed
        self.operator, self.caseworker = office.actor("operator"), office.actor("caseworker")

    def say(self, kind: str, **facts: Any) -> None:
        """Acknowledges what was just committed, and starts the next request afresh."""
        print(json.dumps({"kind": kind, **facts}), flush=True)
        db.session.close()

    def seen(self, actor: Actor) -> None:
        """What a page would do before its bytes leave."""
        record_views(actor)
        db.session.close()

    def round(self, number: int) -> None:
        """One call, its case, its words changed, a contact planned and tried."""
        words = f"w{self.seed}-{number}"
        new = a_call(self.operator, words)
        drafts.save(self.operator, "call", new.call_id, {"said": [words]})
        call = calls.record(self.operator, new).number
        self.say("call", number=call, words=words)
        case = calls.accept(self.operator, call, an_acceptance(self.office.team_id))
        self.say("case", number=case, words=words)
        self.edit(case, words)
        self.follow(case, words)

    def edit(self, case: str, words: str) -> None:
        """Reads the account as the team and writes a second wording."""
        version = narratives.of_case(self.caseworker, case).version
        self.seen(self.caseworker)
        narratives.change(
            self.caseworker, case, account_text=f"二稿 {words}", wish=f"{WISH} {words}", version=version
        )
        self.say("account", number=case, words=words)

    def follow(self, case: str, words: str) -> None:
        """Plans a contact for today, opens the card, records that she was reached."""
        planned = Planned("routine", today(), datetime.time(23, 59), purpose=f"事由 {words}")
        follow_up_id = follow_ups.plan(self.caseworker, case, planned)
        self.say("plan", number=case, id=follow_up_id, words=words)
        contact_cards.open_card(self.caseworker, case)
        self.seen(self.caseworker)
        _, line = follow_up_lists.get_for(self.caseworker, case, follow_up_id)
        tried = Tried("reached_safely", note=f"记录 {words}")
        follow_ups.record(self.caseworker, case, follow_up_id, tried, line.version)
        self.say("try", number=case, id=follow_up_id, words=words)


def main(folder: str, seed: str, database_url: str = "") -> None:
    """Writes until killed."""
    office = office_in(Path(folder), database_url)
    with office.at_work():
        writer = Writer(office, int(seed))
        print("ready", flush=True)
        pace = random.Random(int(seed))
        for number in count(1):
            if pace.random() < 0.3:
                writer.say(
                    "call",
                    number=calls.record(
                        writer.operator, a_call(writer.operator, f"w{seed}-{number}x")
                    ).number,
                    words=f"w{seed}-{number}x",
                )
            writer.round(number)


if __name__ == "__main__":
    main(*sys.argv[1:])
