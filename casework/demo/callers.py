"""Who calls and when: women with a case, others who ask once, silent and prank calls; drawn before anything happens."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from casework.clock import DAY, HOUR, MINUTE, SECOND
from casework.demo.county import Chance, County, Town
from casework.demo.timing import Seasons

CALLS_A_CASE = 8
# Categories in which nobody leaves a name, with the seconds that such a call lasts.
NAMELESS = {"silent": (8, 45), "prank": (15, 80), "wrong_number": (10, 40), "test": (10, 30)}


@dataclass(frozen=True, repr=False)
class Woman:
    """One made-up woman: how she may be reached, where she lives, when she was born (local date)."""

    name: str
    phone: str
    town: Town
    born_on: datetime.date
    contact: dict[str, str]


@dataclass(frozen=True, repr=False)
class CasePlan:
    """What will be accepted as a case; ``key`` names its dice, ``relationship`` is "" without violence."""

    key: str
    woman: Woman
    issues: tuple[str, ...]
    relationship: str
    source: str


@dataclass(frozen=True, repr=False)
class CallPlan:
    """One call: when it starts (microseconds UTC) and how long it lasts; ``case`` where it is accepted as one."""

    started_at: int
    lasts: int
    category: str
    result: str
    said: str
    phone: str
    channel: str = "call"
    woman: Woman | None = None
    town: str | None = None
    case: CasePlan | None = None


class Callers:
    """Draws the calls of a span for so many cases."""

    def __init__(self, county: County, seed: int, seasons: Seasons) -> None:
        self.county, self.seed, self.seasons = county, seed, seasons
        self.chance = Chance(seed, "callers")
        self.now = seasons.span.now

    def calls(self, size: int) -> list[CallPlan]:
        """Every call, by the moment of its start."""
        found = [call for number in self._women(size) for call in number]
        found += self._others(CALLS_A_CASE * size - len(found))
        return sorted(found, key=lambda call: call.started_at)

    def _women(self, size: int) -> Iterator[list[CallPlan]]:
        """The calls of each woman: several cases for some, so that there are ``size`` cases."""
        number = 0
        while size > 0:
            chance = Chance(self.seed, f"woman {number}")
            cases = min(size, chance.choices((1, 2, 3), (90, 8, 2))[0])
            size -= cases
            yield self._calls_of_woman(chance, number, cases)
            number += 1

    def _woman(self, chance: Chance) -> Woman:
        county = self.county
        age = round(chance.triangular(19, 74, 34))
        born = self.seasons.span.first.replace(day=1) - datetime.timedelta(
            days=age * 365 + chance.randrange(365)
        )
        contact = dict(chance.choice(county.words["contacts"]))
        town = chance.choices(county.towns, [one.weight for one in county.towns])[0]
        return Woman(county.name(chance), county.phone(chance), town, born, contact)

    def _calls_of_woman(self, chance: Chance, number: int, cases: int) -> list[CallPlan]:
        woman = self._woman(chance)
        found: list[CallPlan] = []
        for nth in range(cases):
            at = self.seasons.moment(chance)
            plan = self._case(chance, woman, f"case {number}.{nth}")
            found.append(self._opening(chance, at, plan))
            found += self._earlier(chance, at, woman)
            found += self._later(chance, at, woman)
        return found

    def _case(self, chance: Chance, woman: Woman, key: str) -> CasePlan:
        first = chance.one(self.county.weights_of("issues"))
        second = chance.one(self.county.weights_of("second_issues"))
        relationship = ""
        if first == "domestic_violence":
            relationship = chance.one(self.county.weights_of("relationships"))
        elif first == "harassment_after_dating":
            relationship = "dating_partner"
        if first == second or second == "none" or relationship in ("child", "parent", "sibling"):
            issues: tuple[str, ...] = (first,)
        else:
            issues = (first, second)
        source = chance.one(self.county.weights_of("sources"))
        return CasePlan(key, woman, issues, relationship, source)

    def _opening(self, chance: Chance, at: int, plan: CasePlan) -> CallPlan:
        return CallPlan(
            started_at=at,
            lasts=chance.randrange(11 * MINUTE, 38 * MINUTE),
            category="asks_for_help" if plan.source == "herself" else "report_for_another",
            result="case_opened",
            said=self._told(chance, plan),
            phone=plan.woman.phone,
            channel=chance.one(self.county.weights_of("channels")),
            woman=plan.woman,
            town=plan.woman.town.code,
            case=plan,
        )

    def _told(self, chance: Chance, plan: CasePlan) -> str:
        words = self.county.words["said"][plan.issues[0]]
        details = chance.sample(words["details"], min(len(words["details"]), chance.randint(1, 3)))
        him = self.county.words["him"].get(plan.relationship, "")
        text = "".join([chance.choice(words["openings"]), *details])
        return text.format(
            him=him, years=chance.randint(2, 9), age=chance.randint(3, 14), elder=chance.randint(63, 79)
        )

    def _earlier(self, chance: Chance, at: int, woman: Woman) -> list[CallPlan]:
        if not chance.happens(0.35):
            return []
        earlier = at - chance.randrange(DAY, 40 * DAY)
        if earlier < self.seasons.span.starts_at:
            return []
        said = chance.choice(self.county.sentences("notes", "earlier"))
        lasts = chance.randrange(2 * MINUTE, 9 * MINUTE)
        return [CallPlan(earlier, lasts, "question", "information_given", said, woman.phone)]

    def _later(self, chance: Chance, at: int, woman: Woman) -> list[CallPlan]:
        found = []
        for _ in range(chance.choices((0, 1, 2, 3, 5), (28, 28, 22, 14, 8))[0]):
            later = at + chance.randrange(DAY, 100 * DAY)
            # At the hours that people call at, not at any of the clock.
            later += (
                (chance.choice((9, 10, 15, 16, 20)) * HOUR)
                - (later + 8 * HOUR) % DAY
                + chance.randrange(HOUR)
            )
            lasts = chance.randrange(2 * MINUTE, 14 * MINUTE)
            said = chance.choice(self.county.sentences("notes", "known_client"))
            result = chance.one(self.county.weights_of("results", "known_client"))
            if at < later < self.now - HOUR:
                found.append(CallPlan(later, lasts, "known_client", result, said, woman.phone, woman=woman))
        return found

    def _others(self, count: int) -> list[CallPlan]:
        """Calls that become no case; some numbers call again and again."""
        chance = self.chance
        pranks = [self.county.phone(chance) for _ in range(3)]
        silent = [self.county.phone(chance) for _ in range(8)]
        asked = [self.county.phone(chance)]
        found = []
        for _ in range(max(0, count)):
            category = chance.one(self.county.weights_of("categories"))
            again = {"prank": (pranks, 0.7), "silent": (silent, 0.3), "question": (asked, 0.18)}
            numbers, share = again.get(category, ([], 0.0))
            phone = chance.choice(numbers) if chance.happens(share) else self.county.phone(chance)
            if category == "question":
                asked.append(phone)
            found.append(self._other(chance, category, phone))
        return found

    def _other(self, chance: Chance, category: str, phone: str) -> CallPlan:
        shortest, longest = NAMELESS.get(category, (150, 900))
        results = self.county.weights["results"].get(category, {"none": 1})
        note = chance.choice(self.county.sentences("notes", category))
        tells_town = category not in NAMELESS and chance.happens(0.6)
        town = chance.choices(self.county.towns, [one.weight for one in self.county.towns])[0]
        return CallPlan(
            started_at=self.seasons.moment(chance),
            lasts=chance.randrange(shortest * SECOND, longest * SECOND),
            category=category,
            result=chance.one(results),
            # Of most that is no conversation nothing is written down.
            said=note if category not in NAMELESS or chance.happens(0.15) else "",
            # A withheld number now and then.
            phone="" if category in NAMELESS and chance.happens(0.3) else phone,
            channel="call" if category in NAMELESS else chance.one(self.county.weights_of("channels")),
            town=town.code if tells_town else None,
        )
