"""What is written into the parts of a case: who she is, what she told, how she is reached."""

from __future__ import annotations

import datetime

from casework.actor import Actor
from casework.clock import today
from casework.demo.callers import CasePlan
from casework.demo.county import Chance, County
from casework.demo.stage import seen
from casework.law.identity_number import check_character
from casework.services import contact_cards, identities, narratives
from casework.services.case_facts import ContactCard, IncidentFacts
from casework.services.identities import ClientFacts

MALE_SHARE_OF_CHILDREN = 0.5


class Parts:
    """The words of one case."""

    def __init__(self, county: County, chance: Chance, plan: CasePlan, number: str) -> None:
        self.county, self.chance, self.plan, self.number = county, chance, plan, number

    def purpose(self, kind: str) -> str:
        """Why she is contacted."""
        return self.chance.choice(self.county.sentences("follow_up", "purposes", kind))

    def note(self, result: str) -> str:
        """What is noted of a contact with this result."""
        return self.chance.choice(self.county.sentences("follow_up", "notes", result))

    def complete_identity(self, worker: Actor) -> None:
        """Her name, birth date and number as far as she tells them; the other party's name in half of the cases."""
        chance, woman = self.chance, self.plan.woman
        read = identities.of_case(worker, self.number)
        seen(worker)
        tells = chance.random()
        facts = ClientFacts(
            name=woman.name,
            identity_number=self._identity_number(woman.born_on) if tells < 0.3 else None,
            birth_date=woman.born_on if tells < 0.85 else None,
            sex="female",
            phone=woman.phone,
            address_town=woman.town.code if tells < 0.7 else None,
        )
        identities.change_client(worker, self.number, facts, read.client.version)
        if self.plan.relationship and chance.happens(0.5):
            name = self.county.name(chance, of_a_man=True)
            identities.change_other_party(worker, self.number, name=name, phone=None, version=0)

    def _identity_number(self, born: datetime.date) -> str:
        # An even seventeenth digit is a woman's.
        order = f"{self.chance.randrange(100):02}{self.chance.choice('02468')}"
        body = f"{self.county.words['identity_division']}{born:%Y%m%d}{order}"
        return body + check_character(body)

    def add_to_account(self, worker: Actor) -> None:
        """One more paragraph of what she told."""
        read = narratives.of_case(worker, self.number)
        seen(worker)
        more = self.chance.choice(self.county.sentences("account_additions", "sentences"))
        text = f"{read.account_text or ''}\n\n{more}".strip()
        wish = read.wish if isinstance(read.wish, str) else None
        narratives.change(worker, self.number, account_text=text, wish=wish, version=read.version)

    def change_contact(self, worker: Actor) -> None:
        """Another way to reach her than she named at first."""
        read = contact_cards.open_card(worker, self.number)
        seen(worker)
        other = self.chance.choice(self.county.words["contacts"])
        card = ContactCard(
            phone=self.plan.woman.phone,
            **{name: other[name] or None for name in ("safe_hours", "alias")},
            code_word=other["code_word"] or None,
            never=other["never"] or None,
        )
        contact_cards.change(worker, self.number, card, read.version)

    def add_incident(self, worker: Actor) -> None:
        """It happened again."""
        chance = self.chance
        facts = IncidentFacts(
            occurred_on=today() - datetime.timedelta(days=chance.randint(0, 4)),
            precision="exact",
            relationship=self.plan.relationship,
            living_together=chance.one(self.county.weights_of("living_together")),
            violence_types=["psychological"] if chance.happens(0.5) else ["physical", "psychological"],
            narrative=chance.choice(self.county.sentences("incident", "again")),
        )
        narratives.add_incident(worker, self.number, facts)
