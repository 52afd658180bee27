"""The common choices of the builders of random schemas, and their few names, half of which are hard to quote."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from specimen_parts import NASTY

from schema_dsl import Function
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import qualified

HOSTILE_SCHEMA: Final = 's"x'
_HOSTILE: Final = {
    "mood": 'Mood "$$"',
    "short": "select",
    "address": "Adresse 'ü'",
    "span": 'sp"an %s',
    "numbers": "No. {{ x }}",
    "main": "Ta\"b'le $table$",
    "log": "user",
    "twice": 'tw"ice $1',
    "total": "TOTAL \\",
    "refresh": "re--fresh",
    "stamp": "st/*amp*/",
    "helper": "may 'see' $body$",
    "argument": 'the "arg\'ument"',
    "people": "Leute ()",
    "store": "Lager %s $do$",
    "words": "W\"ö'rter",
    "search": "Suche $$",
    "letters": 'Buch"staben',
    "server": "Ser'ver",
    "elsewhere": "else where",
    "listed": "all",
    "pub": 'Pub\'lic "$$"',
    "parts": "Te\"ile 'ß'",
}

_COLUMNS: Final = {"plain": ("label", "state", "home"), "hostile": ('Label\'s "x"', "order", "ho me$$")}


class RandomBuilder:
    """Builds a part of a schema.

    Attributes:
        random: The source of choices.
        hostile: Whether names are hard to quote.
        version: The version of the server, as server_version_num.
        foreign: Whether there may be foreign data.
        objects: The objects so far.
    """

    def __init__(
        self, random: Random, *, hostile: bool, version: int, foreign: bool, objects: list[SchemaObject]
    ) -> None:
        self.random = random
        self.hostile = hostile
        self.version = version
        self.foreign = foreign
        self.objects = objects
        self.schema = HOSTILE_SCHEMA if hostile else "public"

    @property
    def shared(self) -> dict[str, Any]:
        """The arguments of a builder of another part of the schema."""
        return {
            "hostile": self.hostile,
            "version": self.version,
            "foreign": self.foreign,
            "objects": self.objects,
        }

    @property
    def columns(self) -> tuple[str, str, str]:
        """The names of some columns."""
        return _COLUMNS["hostile" if self.hostile else "plain"]

    def maybe(self, share: float = 0.5) -> bool:
        """Return whether to take something that a share of the schemas has."""
        return self.random.random() < share

    def perhaps(self) -> bool | None:
        """Return a flag that few schemas set."""
        return True if self.maybe(0.25) else None

    def choose(self, *choices: Any) -> Any:
        """Choose one."""
        return self.random.choice(choices)

    def some(self, *choices: Any) -> list[Any]:
        """Choose some of them, or none."""
        return self.random.sample(choices, self.random.randint(0, len(choices)))

    def comment(self) -> str | None:
        """Choose a comment."""
        return self.random.choice([None, None, "One.", NASTY])

    def own(self, name: str) -> str:
        """Return the name of an object."""
        return _HOSTILE[name] if self.hostile else name

    def name(self, name: str) -> str:
        """Return the qualified name of an object in SQL."""
        return str(qualified(self.schema, self.own(name)))

    def options(self, **more: Any) -> dict[str, Any]:
        """Return the arguments that each object has."""
        return {"schema": self.schema, "comment": self.comment(), **more}

    def find_trigger_function(self) -> Function:
        """Return the function of the triggers."""
        return next(each for each in self.objects if isinstance(each, Function) and each.returns == "trigger")
