"""Model the objects of a replayed schema: routines, types, operators, casts and roles. Relations are in `relations`.

A type is its name (`int4`, `text[]`, `public.mood`), or None if it is unknown. Trees are parse trees of libpg_query.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import attrs

from schema_dsl.analysis.bodies import RoutineBody, read_body
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.identity import Identified, Identity
from schema_dsl.parsing import Node, Statement

_PLAIN = re.compile(r"[^\W\d]\w*")


def display_name(name: str) -> str:
    """Return a name for messages, quoted unless it is a plain lower-case identifier."""
    return name if _PLAIN.fullmatch(name) and name == name.lower() else '"' + name.replace('"', '""') + '"'


class HistoryPosition(NamedTuple):
    """The position of a statement in the history.

    Attributes:
        file: The index of the file.
        statement: The number of the statement. Statements of a DO block share the number of the block.
        transaction: The number of the transaction. A statement outside BEGIN and COMMIT has a number of its own.
        part: The number of the statement within its DO block; 0 outside.
    """

    file: int
    statement: int
    transaction: int
    part: int = 0


@attrs.define(eq=False)
class HistoryObject(Identified):
    """An object of the history.

    Attributes:
        identity: The identity. A part, such as a column, has its relation as parent.
        created_at: The statement that created the object; None if the object existed before the history.
    """

    identity: Identity
    created_at: HistoryPosition | None = attrs.field(default=None, kw_only=True)

    def rename(self, name: str) -> None:
        """Give the object another name in the same schema."""
        self.identity = attrs.evolve(self.identity, name=name)


@attrs.define(eq=False)
class HistoryDefaultPrivileges:
    """The default privileges that the history has set so far.

    Attributes:
        granted: The privileges of each role, by object kind and schema; "" stands for all schemas.
        has_revoked: Whether any statement revoked default privileges.
    """

    granted: dict[tuple[str, str], dict[str, set[str]]] = attrs.field(factory=dict)
    has_revoked: bool = False


@attrs.define(eq=False, slots=False)
class Routine:
    """A function, procedure or aggregate, with the attributes that decide whether it is safe to call.

    Attributes:
        statement: The CREATE statement; None if only the signature is known.
        may_have_changed: Whether SQL that may have dropped or replaced any routine ran since the creation.
        has_unknown_grants: Whether SQL with unknown names may have granted or revoked privileges.
    """

    schema: str
    name: str
    signature: Signature
    argument_names: tuple[str, ...] = ()
    language: str = "sql"
    security_definer: bool = False
    leakproof: bool = False
    strict: bool = False
    settings: dict[str, str] = attrs.field(factory=dict)
    statement: Statement | None = None
    grants: dict[str, set[str]] = attrs.field(factory=dict)
    owner: str | None = None
    created_at: HistoryPosition | None = None
    uncertain: bool = False
    may_have_changed: bool = False
    has_unknown_grants: bool = False

    @property
    def is_certain(self) -> bool:
        """Return whether the routine certainly exists as the history knows it."""
        return not (self.uncertain or self.may_have_changed)

    @property
    def identity(self) -> Identity:
        """The identity, with the arguments if their types are known."""
        return self.signature.identify(self.schema, self.name)

    @property
    def tree(self) -> Node | None:
        """The parse tree of the CREATE statement."""
        return None if self.statement is None else self.statement.tree

    @property
    def body(self) -> RoutineBody | None:
        """The body; None if it is not known, and for C functions."""
        return None if self.statement is None else read_body(self.statement)


@attrs.define(eq=False)
class UserType(HistoryObject):
    """An enum, domain, range, multirange or base type of the history.

    A composite type is a `HistoryRelation`.

    Attributes:
        labels: The labels of an enum.
        base: The base type of a domain, the subtype of a range, or the range type of a multirange.
        modifiers: The type modifiers of a domain, as in varchar(10).
        constrained: Whether a domain has a CHECK or NOT NULL.
        checks: The conditions of a domain that the history knows, by the name of the constraint.
        default: The default of a domain.
        not_null: The name of the NOT NULL constraint of a domain, "" for none.
        owner: The owner; None for the role that runs the migrations.
        complete: Whether enough of the type is known to coerce values to it.
        uncertain: Whether a statement that may not run changes the domain.
        may_have_changed: Whether SQL that may have dropped or changed any type ran since the creation.
    """

    labels: list[str] = attrs.field(factory=list)
    base: str | None = None
    modifiers: tuple[int, ...] = ()
    constrained: bool = False
    checks: dict[str, Node] = attrs.field(factory=dict)
    default: Node | None = None
    not_null: str = ""
    owner: str | None = None
    complete: bool = True
    uncertain: bool = False
    may_have_changed: bool = False

    @property
    def is_certain(self) -> bool:
        """Return whether the type certainly exists as the history knows it."""
        return not (self.uncertain or self.may_have_changed)


@attrs.define(eq=False)
class NamedObject(HistoryObject):
    """A collation, text search object, operator class, access method, event trigger or publication.

    Attributes:
        tables: The tables that the history added to a publication.
    """

    tables: dict[object, None] = attrs.field(factory=dict, kw_only=True)


@attrs.define(eq=False)
class HistoryOperator:
    """An operator; its signature has one argument for a prefix operator."""

    schema: str
    name: str
    signature: Signature

    @property
    def identity(self) -> Identity:
        """The identity, with the types of the operands."""
        return self.signature.identify(self.schema, self.name, "operator")


@attrs.frozen(eq=False)
class HistoryCast:
    """A cast: `context` is i (implicit), a (assignment) or e (explicit); `function` is None without a function."""

    context: str
    function: Routine | None = None
    identity: Identity = attrs.field(factory=lambda: Identity("cast"))


@attrs.define(eq=False)
class HistoryRole(HistoryObject):
    """The known attributes of a role.

    Attributes:
        grants: The privileges on schemas, types and sequences, by the kind, schema and name of the object.
    """

    bypasses_row_security: bool = False
    superuser: bool = False
    login: bool = False
    member_of: set[str] = attrs.field(factory=set)
    grants: dict[tuple[str, str, str], set[str]] = attrs.field(factory=dict)
