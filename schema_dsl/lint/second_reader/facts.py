"""Facts: the effects of a statement as sqlglot reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs

from schema_dsl.lint.second_reader.sqlglot_parser import SqlglotNode, Unparsed
from schema_dsl.lint.second_reader.trees import fold

Action: TypeAlias = Literal["create", "set", "grant", "drop"]
Values: TypeAlias = Mapping[str, Any]
# The schema and the name of a relation.
Relation: TypeAlias = tuple[str, str]

CONSTRAINT: Final = "constraint"


class Key(NamedTuple):
    """An object in a fact.

    Attributes:
        kind: The kind. That of every constraint is "constraint", because DROP CONSTRAINT does not say the kind.
        schema: The schema; "" if the text does not name it.
        table: The table of a part; "" for tables and indexes, whose names are unique in their schema.
        name: The name; for a comment on an object of another kind, the object as COMMENT ON writes it.
    """

    kind: str
    schema: str
    table: str
    name: str

    def __str__(self) -> str:
        """Format the key for messages: `column body of public.notes`."""
        if self.kind == "privilege":
            return f"privileges of {self.name} on {self.relation}"
        return f"{self.kind} {self.name} of {self.relation}" if self.table else f"{self.kind} {self.relation}"

    @property
    def relation(self) -> str:
        """The schema and the name of the table or index."""
        name = self.table or self.name
        return f"{self.schema}.{name}" if self.schema else name


@attrs.frozen
class Fact:
    """An effect of a statement on one object.

    Attributes:
        action: "create" for a whole object, "set" for some attributes, "grant" for more privileges, or "drop".
        key: The object.
        values: The attributes by name. An attribute is UNKNOWN if sqlglot cannot read it.
        offset: The offset in the text of the statement.
        length: The number of characters to mark.
    """

    action: Action
    key: Key
    values: Values = attrs.Factory(dict)
    offset: int = 0
    length: int = 1


@attrs.frozen
class StatementFacts:
    """The facts that sqlglot reads in one statement.

    Attributes:
        facts: The facts, in the order of the text.
        unparsed: The part that sqlglot cannot parse; None if it parses the statement, or models no such statement.
    """

    facts: tuple[Fact, ...] = ()
    unparsed: Unparsed | None = None


def read_relation(table: SqlglotNode) -> Relation:
    """Return the schema and the name of a Table; the schema is "" if the text does not name one."""
    schema = table.args.get("db")
    return fold(schema) if schema else "", fold(table.this)


def relation_key(relation: Relation) -> Key:
    """Return the key of a table."""
    return Key("table", relation[0], "", relation[1])


def part_key(kind: str, relation: Relation, name: str) -> Key:
    """Return the key of a column, a constraint, a trigger, a policy or a privilege of a table."""
    return Key(kind, relation[0], relation[1], name)


def index_key(schema: str, name: str) -> Key:
    """Return the key of an index, whose name is unique in its schema."""
    return Key("index", schema, "", name)


def comment_key(target: str) -> Key:
    """Return the key of the comment on an object of another kind, with the object as COMMENT ON writes it."""
    return Key("comment", "", "", target)


def locate(identifier: SqlglotNode) -> tuple[int, int]:
    """Return the offset and the length of an identifier in the text that was parsed."""
    start = identifier.meta.get("start", 0)
    return start, identifier.meta.get("end", start) + 1 - start
