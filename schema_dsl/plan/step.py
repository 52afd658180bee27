"""The parts of a plan: groups, steps, and the hazards and data losses of a step."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.sql import Sql

RelationName: TypeAlias = tuple[str, str]
"""The schema and name of a relation."""


class LockReach(enum.Enum):
    """The tables that a change of a table or of its parts locks, apart from the table itself."""

    TABLE = enum.auto()
    """No other tables."""

    PARTITIONS = enum.auto()
    """The partitions of the table, each of which has a copy of the part, and their partitions."""

    CHILDREN = enum.auto()
    """The partitions of the table and the tables that inherit from it."""


@attrs.frozen
class Hazard:
    """An effect of a step on a database in use: a lock on an existing table, or the loss of data.

    Attributes:
        relation: The schema and name of the table.
        lock: The lock mode, by its name in pg_locks; None if the hazard is not about a lock.
        effect: The effect, for people.
        rewrites: Whether Postgres rewrites the table while it holds the lock.
        scans: Whether Postgres scans the table while it holds the lock.
        loses_data: Whether the step deletes data.
        reach: The other tables that get the same lock. None if the kind of the step's subject says so.
    """

    relation: tuple[str, str]
    lock: str | None
    effect: str
    rewrites: bool = False
    scans: bool = False
    loses_data: bool = False
    reach: LockReach | None = None


@attrs.frozen
class Loss:
    """Data that a step deletes or changes, with the SQL that detects whether such data exists.

    Attributes:
        description: The data, for people.
        relation: The table that holds the data.
        exists: The condition that is true while the step is still to do.
        conditions: The conditions that a row with data fulfils, all of them.
        message: The error message, a format of RAISE with the number of rows as its argument.
        hint: The hint of the error, as a literal.
        force_row_security: Whether policies also hide rows from the owner of the table.
        values: The values of which some would change; None to count rows.
        changed: The condition on a value. A value that fulfils it counts.
        may_raise: Whether the condition may raise an error. Then it is tried for each `item.value` by itself, and a
            value at which it raises an error counts as well.
        permitted: Whether a person may allow the loss; otherwise the data can only be corrected.
        only_before: Whether Postgres itself refuses the rows in the step, so that one check before all steps is enough.
        only_within: Whether the condition needs a type that the step creates, so that no check can come before.
    """

    description: str
    relation: Sql
    exists: Sql
    conditions: tuple[Sql, ...]
    message: Sql
    hint: Sql
    force_row_security: bool = False
    values: Sql | None = None
    changed: Sql | None = None
    may_raise: bool = True
    permitted: bool = True
    only_before: bool = False
    only_within: bool = False

    @property
    def tries_values(self) -> bool:
        """Return whether a loop tries each value; otherwise one query counts the rows."""
        return self.values is not None and self.may_raise

    @property
    def counts_before_drop(self) -> bool:
        """Return whether rows are counted before a drop; otherwise the template of the step contains its guard."""
        return self.values is None and not self.only_before


TIMEOUTS: Final = ("lock_timeout", "statement_timeout")


class TransactionMode(enum.Enum):
    """The transaction in which the statements of a step run."""

    SHARED = "shared"
    """The statements may share a transaction with the steps before and after."""

    ALONE = "alone"
    """Postgres refuses the statements in a transaction block, because they commit inside."""

    COMMIT_BEFORE_USE = "commit before use"
    """The statements may share a transaction with the steps before, which is committed before the steps after."""


@attrs.frozen
class Step:
    """A template and its values: one or more statements.

    Attributes:
        subject: The object that the step creates, alters or drops.
        template: The template's path below templates/, without `.sql.j2`.
        values: The values of the template; every printed value is of type Sql. The template also gets `loss`,
            `losses` (with those of the parts), `parts` and
            `unforced`.
        hazards: The effects of the step on existing tables.
        loss: The data that the step deletes; the template refuses to do so unless data loss is allowed.
        parts: The steps that the template renders as part of this one.
        separate_transaction: Whether the step must not share a transaction with the steps before it.
        unusable_in_transaction: Constants that Postgres refuses in later statements of the same transaction.
        foldable: Whether one ALTER TABLE can contain this step and others of the same template: the lists among
            the values are joined.
        mode: The transaction in which the statements run.
        after_commit: Whether the step reads an existing table, so that the locks before it should be released.
        untimed: The timeouts that must not interrupt the statements.
        online: The steps that do the same with weaker locks, if statements may run outside of a transaction block.
        in_block: The steps that take its place in a block that replaces objects, which locks the table anyway; None if
            the step itself is part of the block.
        row_sources: The schemas and names of the tables whose rows Postgres reads or changes for the step as for a
            query of the role that migrates, so that policies may hide some of them.
        unforced: Those of them with FORCE ROW LEVEL SECURITY, which is off during the step.
        created_with: The other objects that the step creates beside its subject.
        follows_file: Whether the step is needed only if the steps before it are in a file of their own, which a tool
            may have recorded as done.
    """

    subject: Identity
    template: str
    values: Mapping[str, Any]
    hazards: tuple[Hazard, ...] = ()
    loss: Loss | None = None
    parts: tuple[Step, ...] = ()
    separate_transaction: bool = False
    unusable_in_transaction: tuple[Sql, ...] = ()
    foldable: bool = False
    mode: TransactionMode = TransactionMode.SHARED
    after_commit: bool = False
    untimed: tuple[str, ...] = ()
    online: tuple[Step, ...] = ()
    in_block: tuple[Step, ...] | None = None
    row_sources: tuple[RelationName, ...] = ()
    unforced: tuple[RelationName, ...] = ()
    created_with: tuple[Identity, ...] = ()
    follows_file: bool = False

    def list_parts(self) -> Iterator[Step]:
        """Yield the step and its parts."""
        yield self
        for part in self.parts:
            yield from part.list_parts()

    def list_losses(self) -> Iterator[Loss]:
        """Yield the data that the step and its parts delete or change."""
        return (step.loss for step in self.list_parts() if step.loss is not None)


@attrs.frozen
class Group:
    """The steps of one table or other object with its parts, in the order in which they run."""

    root: Identity
    steps: tuple[Step, ...]


@attrs.frozen
class Plan:
    """The steps from one state to another, in groups by their tables or other objects."""

    groups: tuple[Group, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in the order in which they run."""
        return tuple(step for group in self.groups for step in group.steps)

    def __bool__(self) -> bool:
        """Return whether the plan has any steps."""
        return bool(self.groups)
