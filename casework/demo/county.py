"""The made-up county as its file tells it, and the dice that everything is drawn with."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.enums import Role, TeamKind

FILE = Path(__file__).with_name("county.toml")


class Chance(random.Random):
    """Dice with a name: the same seed and name always throw the same, whatever else is thrown beside them."""

    def __init__(self, seed: int, name: str) -> None:
        super().__init__(f"{seed}/{name}")

    def one(self, weights: Mapping[str, float]) -> str:
        """A key, as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def happens(self, share: float) -> bool:
        """True in this share of all throws."""
        return self.random() < share


@dataclass(frozen=True, repr=False)
class Staff:
    """One made-up member of staff; ``load`` is her share of her team's cases."""

    username: str
    name: str
    role: Role
    password: str
    team: str | None
    load: int
    at_setup: bool


@dataclass(frozen=True)
class TeamPlan:
    """One team: its name on the screens and who leads it."""

    code: str
    name: str
    kind: TeamKind
    lead: str


@dataclass(frozen=True)
class SecondPlace:
    """A place in another team that somebody has besides her own."""

    username: str
    role: Role
    team: str


@dataclass(frozen=True)
class Town:
    """One town: how many of the calls come from it, which team takes its cases."""

    code: str
    weight: int
    team: str


@dataclass(frozen=True)
class County:
    """Everything that a story is drawn from; ``words`` and ``weights`` are tables of the file."""

    staff: tuple[Staff, ...]
    teams: tuple[TeamPlan, ...]
    towns: tuple[Town, ...]
    second_places: tuple[SecondPlace, ...]
    weights: Mapping[str, Any]
    words: Mapping[str, Any]

    def people_with(self, role: Role, team: str | None = None) -> list[Staff]:
        """The staff of a role, of one team where it is named."""
        return [one for one in self.staff if one.role == role and (team is None or one.team == team)]

    def weights_of(self, *path: str) -> Mapping[str, float]:
        """One table of weights."""
        table: Any = self.weights
        for name in path:
            table = table[name]
        return table

    def sentences(self, *path: str) -> Sequence[str]:
        """One list of sentences."""
        table: Any = self.words
        for name in path:
            table = table[name]
        return table

    def name(self, chance: Chance, *, of_a_man: bool = False) -> str:
        """A name that belongs to nobody in particular."""
        given = "mens_names" if of_a_man else "womens_names"
        return chance.choice(self.words["surnames"]) + chance.choice(self.words[given])

    def phone(self, chance: Chance) -> str:
        """A mobile number of the block 0000, which is no subscriber's."""
        return f"{chance.choice(self.words['phone_prefixes'])}0000{chance.randrange(10_000):04}"


@cache
def county() -> County:
    """The county, read once."""
    words = tomllib.loads(FILE.read_text(encoding="utf-8"))
    staff = tuple(
        Staff(
            username=one["username"],
            name=one["name"],
            role=Role(one["role"]),
            password=one["password"],
            team=one.get("team"),
            load=one.get("load", 0),
            at_setup=one.get("at_setup", False),
        )
        for one in words["people"]
    )
    teams = tuple(
        TeamPlan(one["code"], one["name"], TeamKind(one["kind"]), one["lead"]) for one in words["teams"]
    )
    towns = tuple(Town(code, weight, team) for code, weight, team in words["towns"])
    second = tuple(
        SecondPlace(one["username"], Role(one["role"]), one["team"]) for one in words["second_places"]
    )
    return County(staff, teams, towns, second, words["weights"], words)
