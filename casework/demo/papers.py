"""Papers of the story: an extract for the court, and an answer to a woman who asks what is held of her."""

from __future__ import annotations

from functools import partial
from typing import Any

from casework.clock import today
from casework.demo.life import Life
from casework.documents import court_extract, rights_answer
from casework.documents.wording import Voice
from casework.services import consents, court_extracts, rights
from casework.services.consents import ConsentFacts

# A paper for a court of the county is in Chinese, in which its sentences are written.
VOICE = Voice("zh", str)


def extract_for_court(life: Life, words: dict[str, Any]) -> None:
    """With her consent, what she told becomes an extract of the record for the court."""
    facts = ConsentFacts(scope="share_court", recipient="court", asked_alone=True, given_on=today())
    consents.record(life.worker, life.number, facts)
    purpose = life.chance.choice(words["court_purposes"])
    held = court_extracts.choice(life.worker, life.number)
    chosen = [entry.key for entry in held.entries]
    shown = court_extracts.facts_of(held, purpose, chosen)
    court_extracts.make(
        life.worker,
        life.number,
        purpose=purpose,
        chosen=chosen,
        seen=court_extracts.seen_as(shown),
        compose=partial(court_extract.compose, voice=VOICE),
    )


def answer_her(life: Life, words: dict[str, Any]) -> None:
    """She asks alone, shows her card, and is handed the answer."""
    asked = rights.Asked("held", "herself", "identity_card", True, words=words["rights_words"][0])
    request_id, _result = rights.record(life.worker, life.number, asked)
    rights.answer(life.worker, life.number, request_id, partial(rights_answer.compose, voice=VOICE))
