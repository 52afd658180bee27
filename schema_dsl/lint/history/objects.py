"""What a schema is made of, as lint knows it: relations and their parts, routines, types, roles.

Types are names: `int4`, `text[]`, `public.mood`; None is a type that is not known. Trees are libpg_query's.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

import attrs

from schema_dsl.lint.builtins import Signature
from schema_dsl.parsing import Node

RelationKey: TypeAlias = tuple[str, str]
_PLAIN = re.compile(r"[^\W\d]\w*")


def readable(name: str) -> str:
    """Write a name for people: in quotes where it would not be seen to be one."""
    return name if _PLAIN.fullmatch(name) and name == name.lower() else '"' + name.replace('"', '""') + '"'


class HistoryPosition(NamedTuple):
    """When something was made: the numbers of its file, statement and transaction in the history.

    Statements outside BEGIN and COMMIT have a transaction each. Those in a DO block have its number, and each its
    own `part`.
    """

    file: int
    statement: int
    transaction: int
    part: int = 0


@attrs.define(eq=False)
class HistoryColumn:
    """A column. `doubtful` ones may not be there: a branch that may not have run made or dropped them.

    `inherited` ones are only there because a parent has them.
    """

    name: str
    type: str | None = None
    modifiers: tuple[int, ...] = ()
    not_null: bool = False
    default: Node | None = None
    generated: str = ""
    identity: str = ""
    serial: bool = False
    made: HistoryPosition | None = None
    doubtful: bool = False
    inherited: bool = False
    collation: str = ""


@attrs.define(eq=False)
class HistoryConstraint:
    """A constraint. `kind`: primary, unique, check, foreign, exclusion. `columns` of a check are unset."""

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    target: RelationKey | None = None
    target_columns: tuple[str, ...] = ()
    valid: bool = True
    deferrable: bool = False
    tree: Node | None = None
    made: HistoryPosition | None = None


@attrs.define(eq=False)
class HistoryIndex:
    """An index. A key that is an expression stands as "" in `columns`; `tree` is its IndexStmt."""

    name: str
    relation: RelationKey
    columns: tuple[str, ...] = ()
    unique: bool = False
    method: str = "btree"
    partial: bool = False
    tree: Node | None = None
    made: HistoryPosition | None = None


@attrs.define(eq=False)
class HistoryPolicy:
    """A row level security policy; `using` and `check` are expression trees."""

    name: str
    command: str = "all"
    roles: tuple[str, ...] = ("public",)
    permissive: bool = True
    using: Node | None = None
    check: Node | None = None
    made: HistoryPosition | None = None
    # The names in both, once somebody has asked.
    names: frozenset[str] | None = None


@attrs.define(eq=False)
class HistoryTrigger:
    """A trigger; `function` is its name as (schema or "", name)."""

    name: str
    function: RelationKey
    timing: str = "after"
    events: frozenset[str] = frozenset()
    for_each_row: bool = False
    enabled: bool = True
    tree: Node | None = None
    made: HistoryPosition | None = None


@attrs.define(eq=False)
class DefaultPrivileges:
    """What ALTER DEFAULT PRIVILEGES has said so far.

    `held` is what roles have by it, by the kind of thing and its schema, "" for all of them; `revoked`: some
    were taken away.
    """

    held: dict[RelationKey, dict[str, set[str]]] = attrs.field(factory=dict)
    revoked: bool = False


@attrs.define(eq=False)
class HistoryRelation:
    """A table, view, materialized view, foreign table, sequence or composite type.

    `complete`: its columns are all that it has. `settled`: it was made in this history, so its policies,
    triggers, indexes, constraints and columns are exactly those listed. `declared`: what is listed is what is
    wanted, and may not be there yet. `doubtful`: it may not be there. `doubts` are kinds of its parts
    ("policies", "triggers", "indexes", "constraints", "grants"; "more triggers" where there may only be more of
    them) that SQL which cannot be read may have changed since. `until_commit`: it is gone when its transaction
    ends. `typed`: its columns are those of a composite type. `row_security` is None where nobody knows. `gone`
    maps columns that are surely no longer there to what they are now called, or "".
    """

    schema: str
    name: str
    kind: str = "table"
    columns: dict[str, HistoryColumn] = attrs.field(factory=dict)
    complete: bool = False
    settled: bool = False
    declared: bool = False
    doubtful: bool = False
    doubts: set[str] = attrs.field(factory=set)
    made: HistoryPosition | None = None
    row_security: bool | None = None
    force_row_security: bool | None = None
    owner: str | None = None
    options: dict[str, str] = attrs.field(factory=dict)
    parents: list[RelationKey] = attrs.field(factory=list)
    children: list[RelationKey] = attrs.field(factory=list)
    partition_of: RelationKey | None = None
    temporary: bool = False
    until_commit: bool = False
    typed: bool = False
    constraints: dict[str, HistoryConstraint] = attrs.field(factory=dict)
    indexes: dict[str, HistoryIndex] = attrs.field(factory=dict)
    policies: dict[str, HistoryPolicy] = attrs.field(factory=dict)
    triggers: dict[str, HistoryTrigger] = attrs.field(factory=dict)
    grants: dict[str, set[str]] = attrs.field(factory=dict)
    column_grants: dict[str, set[tuple[str, str]]] = attrs.field(factory=dict)
    gone: dict[str, str] = attrs.field(factory=dict)
    query: Node | None = None
    # The names in the query, once somebody has asked.
    reads: frozenset[str] | None = None

    @property
    def key(self) -> RelationKey:
        """Its schema and name."""
        return self.schema, self.name

    @property
    def row_type(self) -> str:
        """The name of the type of its rows."""
        return f"{self.schema}.{self.name}"

    def doubt(self, kinds: set[str]) -> None:
        """Note that from here on it is not known what was done to its parts of these kinds."""
        self.doubts |= kinds
        if "columns" in kinds:
            self.complete = False
            self.gone.clear()
        if "row_security" in kinds:
            self.row_security = self.force_row_security = None

    def __str__(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"


@attrs.define(eq=False)
class Routine:
    """A function, procedure or aggregate, with what decides how safe it is to call."""

    schema: str
    name: str
    signature: Signature
    argument_names: tuple[str, ...] = ()
    language: str = "sql"
    security_definer: bool = False
    leakproof: bool = False
    strict: bool = False
    settings: dict[str, str] = attrs.field(factory=dict)
    body: str | None = None
    tree: Node | None = None
    grants: dict[str, set[str]] = attrs.field(factory=dict)
    owner: str | None = None
    made: HistoryPosition | None = None
    doubtful: bool = False


@attrs.define(eq=False)
class UserType:
    """An enum (with its labels), domain (over its base), range, or composite made in the history.

    `base` is what a domain is over, or a range's subtype; a domain may have `modifiers`, as in varchar(10), and
    be `constrained` by a CHECK or NOT NULL. The columns of a composite are in the relation of
    the same name.
    """

    schema: str
    name: str
    kind: str
    labels: list[str] = attrs.field(factory=list)
    base: str | None = None
    modifiers: tuple[int, ...] = ()
    constrained: bool = False
    complete: bool = True
    made: HistoryPosition | None = None


@attrs.define(eq=False)
class HistoryRole:
    """A role, so far as it is known."""

    name: str
    bypasses_row_security: bool = False
    superuser: bool = False
    login: bool = False
    member_of: set[str] = attrs.field(factory=set)
