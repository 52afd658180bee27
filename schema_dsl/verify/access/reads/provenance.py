"""The origins of the values of a condition: columns, session inputs and constants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import attrs

from schema_dsl.sql import Sql

JsonPath: TypeAlias = tuple[str, ...]
"""The keys from a JSON document to a value in it; empty for the whole value."""

_LEGACY_CLAIM: Final = "request.jwt.claim"
_CLAIMS: Final = "request.jwt.claims"


@attrs.frozen(order=True)
class ColumnSource:
    """A column of a table, or a value in its JSON document."""

    relation: tuple[str, str]
    column: str
    path: JsonPath = ()


@attrs.frozen(order=True)
class SessionInput:
    """An input of policies about the caller: a configuration parameter, or a value in its JSON document."""

    parameter: str
    path: JsonPath = ()

    @classmethod
    def of_parameter(cls, parameter: str) -> SessionInput:
        """Return the input of a configuration parameter.

        Old versions of PostgREST set `request.jwt.claim.sub`, which is the key `sub` of `request.jwt.claims`.
        """
        name = parameter.lower()
        if name == _LEGACY_CLAIM:
            return cls(_CLAIMS)
        if name.startswith(f"{_LEGACY_CLAIM}."):
            return cls(_CLAIMS, (parameter[len(_LEGACY_CLAIM) + 1 :],))
        return cls(name)

    def __str__(self) -> str:
        """Return the input as reports name it, for instance "app_metadata.role"."""
        return ".".join(self.path) if self.path else self.parameter


ROLE_INPUT: Final = SessionInput("role")
"""`current_user` and `session_user`."""


@attrs.frozen
class Provenance:
    """The sources of a value. A value that derives from several sources has all of them."""

    columns: frozenset[ColumnSource] = frozenset()
    inputs: frozenset[SessionInput] = frozenset()
    constants: frozenset[Sql] = frozenset()

    def __or__(self, other: Provenance) -> Provenance:
        """Return the sources of both."""
        if self in (NOTHING, other):
            return other
        if other == NOTHING:
            return self
        return Provenance(
            self.columns | other.columns, self.inputs | other.inputs, self.constants | other.constants
        )

    @property
    def only_column(self) -> ColumnSource | None:
        """Return the column that the value is taken from; None if it has other sources, or is part of a document."""
        if len(self.columns) != 1 or self.inputs or self.constants:
            return None
        (column,) = self.columns
        return None if column.path else column

    def at(self, keys: JsonPath) -> Provenance:
        """Return the sources of a value inside a JSON document."""
        return Provenance(
            frozenset(attrs.evolve(source, path=source.path + keys) for source in self.columns),
            frozenset(attrs.evolve(source, path=source.path + keys) for source in self.inputs),
        )

    def of_field(self, name: str) -> Provenance:
        """Return the sources of a field of a row; those of the row if no column has the name."""
        columns = frozenset(source for source in self.columns if source.column == name)
        return Provenance(columns) if columns else self


Outputs: TypeAlias = list[tuple[str, Provenance]]
"""The names and sources of the result columns of a query or a routine."""

NOTHING: Final = Provenance()


def unite(parts: Iterable[Provenance]) -> Provenance:
    """Return the sources of several values."""
    united = NOTHING
    for part in parts:
        united |= part
    return united


@attrs.frozen
class ConditionTerm:
    """A part of a condition that AND, OR and NOT connect with other parts.

    Attributes:
        sources: The columns, session inputs and constants that the term compares.
        relation: The table of the condition, if a server can evaluate the term on one row of this table alone.
        condition: The term in that case, with bare names of columns; "" otherwise.
    """

    sources: Provenance
    relation: tuple[str, str] | None = None
    condition: Sql = attrs.field(default=Sql(""))
