"""One trial of a rollback: a database with rows, the sessions on it, and the result."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from schema_dsl.analysis.identity import TYPE_KINDS
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.type import Type
from schema_dsl.parsing import Statement
from schema_dsl.plan.children import find_children
from schema_dsl.plan.rename import apply_renames
from schema_dsl.postgres import Connection, Database
from schema_dsl.sql import qualified
from schema_dsl.verify.comparison.renames import list_renames
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.rollback.contents import ColumnName, Contents, find_content_changes, read_contents
from schema_dsl.verify.rollback.conversions import find_zones
from schema_dsl.verify.rollback.next_numbers import RepeatedNumbers, find_repeated_numbers
from schema_dsl.verify.rollback.script import APPLY_MODES, RollbackScript, try_apply
from schema_dsl.verify.scripts.apply import ApplyError
from schema_dsl.verify.scripts.refusals import allow_data_loss, refuses_loss


@attrs.define
class TrialResult:
    """The result of one trial of a rollback.

    Attributes:
        failures: Sentences about failures.
        untried: Sentences about omitted trials, with the reason.
        notes: Sentences about facts that do not affect the verdict.
    """

    failures: list[str] = attrs.Factory(list)
    untried: list[str] = attrs.Factory(list)
    notes: list[str] = attrs.Factory(list)

    def add(self, other: TrialResult) -> None:
        """Add the sentences of another trial."""
        self.failures += other.failures
        self.untried += other.untried
        self.notes += other.notes


@attrs.frozen(kw_only=True)
class RollbackTrial:
    """One trial of a rollback.

    Attributes:
        scratch: The databases of the migration.
        down: The rollback.
        mode: One of `APPLY_MODES`.
        database: The database of the trial.
        connection: A session as the role that applies migrations.
        observer: A session of a role that sees all rows.
        result: The result.
    """

    scratch: Scratch
    down: RollbackScript
    mode: str
    database: Database
    connection: Connection
    observer: Connection
    result: TrialResult = attrs.Factory(TrialResult)

    def apply(
        self, statements: Sequence[Statement], file: str, *, allowed: bool = False
    ) -> ApplyError | None:
        """Run statements in the mode of the trial and return the error, if any.

        Args:
            statements: The statements.
            file: The path of the statements, for messages.
            allowed: Whether the statements may lose data, if they refuse that without permission.
        """
        failed = try_apply(APPLY_MODES[self.mode], self.connection, statements, file)
        if allowed and refuses_loss(failed):
            failed = try_apply(APPLY_MODES[self.mode], allow_data_loss(self.connection), statements, file)
        return failed

    def roll_back(self, *, allowed: bool = False) -> ApplyError | None:
        """Run the rollback and return the error, if any."""
        return self.apply(self.down.statements, self.down.file, allowed=allowed)

    def read_contents(self) -> Contents:
        """Read the rows of all tables."""
        return read_contents(self.observer)

    def compare_contents(
        self, time: str, before: Contents, changed: Collection[ColumnName] = ()
    ) -> Iterator[str]:
        """Yield a sentence for every row and value that differs from before, except values that may change."""
        zones = find_zones(*use_former_names(self.scratch))
        differences = find_content_changes(self.observer, before, changed, zones)
        return (f"{time}, {difference}" for difference in differences)

    def find_retyped_columns(self) -> frozenset[ColumnName]:
        """Return the columns whose type differs before and after the migration, or is defined anew."""
        return self.scratch.compute_once("retyped columns", self._compare_types)

    def _compare_types(self) -> frozenset[ColumnName]:
        before, after = introspect_sides(self.scratch)
        children = find_children(before.objects)
        changed = _find_changed_types(before, after)
        return frozenset(
            (table.relation, identity.name)
            for identity, old in before.objects.items()
            if isinstance(old, Column)
            and isinstance(new := after.objects.get(identity), Column)
            and (old.type != new.type or _name_type(new.type) in changed)
            for table in (identity.root, *children.get(identity.root, ()))
        )

    def read_repeated_numbers(self) -> RepeatedNumbers:
        """Return the columns with a number that their sequence has still to give."""
        return find_repeated_numbers(self.observer)

    def compare_numbers(self, time: str, before: RepeatedNumbers) -> Iterator[str]:
        """Yield a sentence for every column whose numbers repeat, and did not before."""
        now = self.read_repeated_numbers()
        return (f"{time}, {sentence}" for column, sentence in now.items() if column not in before)


def _name_type(kind: Type) -> str:
    return str(kind.sql).removesuffix("[]")


def _find_changed_types(before: Catalog, after: Catalog) -> set[str]:
    """Return the types that are defined by other types before and after the migration, directly or not."""
    sides = [
        {
            str(qualified(identity.schema, identity.name)): _list_types_of(item)
            for identity, item in catalog.objects.items()
            if identity.kind in TYPE_KINDS
        }
        for catalog in (before, after)
    ]
    changed = {name for name, types in sides[0].items() if sides[1].get(name, types) != types}
    while new := {
        name
        for name, types in sides[1].items()
        if name not in changed and changed & {*map(_name_type, types)}
    }:
        changed |= new
    return changed


def _list_types_of(item: Any) -> tuple[Type, ...]:
    """Return the types of which a declared type consists."""
    attributes = getattr(item, "attributes", ())
    return (item.base,) if hasattr(item, "base") else tuple(attribute.type for attribute in attributes)


def introspect_sides(scratch: Scratch) -> tuple[Catalog, Catalog]:
    """Return the states before and after the migration."""
    before, after = (scratch.introspected(state, scratch.settings[0]) for state in ("before", "after"))
    return before.catalog, after.catalog


@contextmanager
def open_trial(
    scratch: Scratch, down: RollbackScript, mode: str, database: Database
) -> Iterator[RollbackTrial]:
    """Open the sessions of a trial."""
    with scratch.connect(database) as connection, database.connect() as observer:
        yield RollbackTrial(
            scratch=scratch, down=down, mode=mode, database=database, connection=connection, observer=observer
        )


def use_former_names(scratch: Scratch) -> tuple[Catalog, Catalog, Catalog]:
    """Return the definitions, and the states before and after the migration, with the names before it."""
    before, after = introspect_sides(scratch)
    back = tuple(rename.reverse for rename in reversed(list_renames(scratch)))
    return apply_renames(scratch.subject.wanted, back), before, apply_renames(after, back)
