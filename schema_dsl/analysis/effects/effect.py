"""The effect of a statement on one object."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.parsing import Node

# fmt: off
Verb: TypeAlias = Literal[
    "create", "replace", "alter", "rename", "move", "drop", "validate", "attach", "detach", "reference",
    "grant", "revoke", "comment", "insert", "update", "delete", "merge", "truncate", "read", "lock",
    "rebuild", "vacuum", "analyze",
]
# fmt: on
"""The change of an object, or the use of it.

"replace" is CREATE OR REPLACE. "reference" is the effect of a new foreign key on its target. "attach" and "detach" are
for partitions and inheritance, and "rebuild" is for statements that write a table or index anew.
"""


@attrs.frozen(eq=False)
class TableCommand:
    """One command of an ALTER TABLE; `kind` is its name in the grammar, such as AT_AddColumn."""

    kind: str
    node: Node
    number: int


# Without slots, attrs sets the fields of a frozen class in half the time.
@attrs.frozen(eq=False, slots=False)
class Effect:
    """An effect of a statement on one object, as far as its text shows it.

    Attributes:
        verb: The change or use of the object.
        identity: The object. The schema is "" if the statement does not name it, and so is the name of an object that
            Postgres names. A part, such as a column or a policy, has its relation as parent.
        node: The part of the parse tree that states the effect, such as a ColumnDef, a Constraint or the statement.
        relation: The RangeVar of the object or its relation; None if the statement names no relation.
        command: The command of an ALTER TABLE.
        lock: The lock on the relation, or on the table of an index; None if it is not locked.
        clause: The clause with which the grammar lets the statement accept that the object exists or is missing, such
            as IF NOT EXISTS or OR REPLACE; "" if there is none.
        guarded: Whether the statement has the clause.
        cascade: Whether dependent objects are dropped too.
        new_identity: The object after RENAME and SET SCHEMA.
        scans: Whether Postgres reads every row, unless the schema spares it.
        rewrites: Whether Postgres writes every row anew, unless the schema spares it.
    """

    verb: Verb
    identity: Identity
    node: Node
    relation: Node = None
    command: TableCommand | None = None
    lock: LockMode | None = None
    clause: str = ""
    guarded: bool = False
    cascade: bool = False
    new_identity: Identity | None = None
    scans: bool = False
    rewrites: bool = False

    @property
    def locked(self) -> tuple[str, str]:
        """The schema and name of the relation that `lock` is about; an index stands for its table."""
        if self.relation is not None:
            return self.relation.schemaname, self.relation.relname
        return self.identity.relation

    @property
    def creates(self) -> bool:
        """Whether the object exists afterwards, and did not have to exist before."""
        return self.verb in {"create", "replace"}

    @property
    def temporary(self) -> bool:
        """Whether the object is or belongs to a new temporary relation, or its name is in pg_temp."""
        is_new = self.relation is not None and self.relation.relpersistence == "t"
        return is_new or "pg_temp" in {self.identity.schema, self.identity.root.schema}
