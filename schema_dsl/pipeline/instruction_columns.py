"""Check the columns that `using=` and `backfill=` name, in the state in which the next migration evaluates them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError, ParseError, join_errors, suggest_similar
from schema_dsl.model.column import Column
from schema_dsl.model.identity import format_origin
from schema_dsl.model.table import Table
from schema_dsl.parsing import list_columns_in, parse_expression
from schema_dsl.parsing.grammar import walk
from schema_dsl.plan.declared import list_instructions
from schema_dsl.plan.names import column_identity

if TYPE_CHECKING:
    from schema_dsl.plan import Difference
    from schema_dsl.plan.rename import Rename

_OF_EACH_TABLE: Final = frozenset({"ctid", "tableoid", "xmin", "xmax", "cmin", "cmax", "*"})


def require_known_columns(
    changes: Iterable[Difference], present: Mapping[Identity, Any], renames: Iterable[Rename]
) -> None:
    """Raise DefinitionError if an instruction of a change names a column that its table does not have.

    Args:
        changes: The changes that the next migration makes.
        present: The declared objects, and those that exist, with their new names.
        renames: The renames, which come before the changes.
    """
    changes = list(changes)
    columns = _KnownColumns(
        present={identity for identity in present if identity.kind == Column.kind},
        dropped={change.identity for change in changes if change.after is None},
        renamed={
            attrs.evolve(rename.after, name=rename.before.name): rename.after.name
            for rename in renames
            if rename.after.kind == Column.kind
        },
    )
    # The condition of a column has the backfill of the column.
    errors: dict[tuple[str | None, str], DefinitionError] = {}
    for change in changes:
        table = present.get(change.identity.root)
        # The columns of parents, and those of tables that the definitions do not create, are not all known.
        if (
            change.after is None
            or not isinstance(table, Table)
            or table.parents
            or table.existing is not None
        ):
            continue
        for what, expression in _list_expressions(change):
            for error in columns.find_errors(change, what, expression):
                errors.setdefault((error.where, expression), error)
    if errors:
        raise join_errors(list(errors.values()))


def _list_expressions(change: Difference) -> Iterator[tuple[str, str]]:
    """Yield the instructions that have an effect, each with its expression."""
    item = change.after
    instructions = list_instructions(type(item))
    if "using" in instructions and item.using and change.before is not None and "type" in change.attributes:
        yield "using=", item.using
    given = item.backfill if "backfill" in instructions else None
    for expression in (value for _, value in given) if isinstance(given, tuple) else (given,):
        if expression:
            yield "backfill=", expression


@attrs.frozen(kw_only=True)
class _KnownColumns:
    """The columns of the tables while the next migration evaluates the instructions.

    Attributes:
        present: The columns that are declared or exist.
        dropped: The objects that the migration drops before.
        renamed: The new names of the columns that it renames before, by their old identities.
    """

    present: set[Identity]
    dropped: set[Identity]
    renamed: Mapping[Identity, str]

    def find_errors(self, change: Difference, what: str, expression: str) -> Iterator[DefinitionError]:
        """Yield an error for each unknown column of an expression, or for its syntax."""
        identity, where = change.identity, format_origin(change.after)
        try:
            tree = parse_expression(expression)
        except ParseError as error:
            yield DefinitionError(f"{what} of {identity}: {error.what}", where=where, instead=error.instead)
            return
        # A sub-select has columns of its own.
        names = () if any(node.DESCRIPTOR.name == "SubLink" for node in walk(tree)) else list_columns_in(tree)
        for name in (each[0] for each in names if len(each) == 1):
            column = column_identity(identity, name)
            is_known = column in self.present and column not in self.dropped
            if is_known or name in _OF_EACH_TABLE or name == identity.relation[1]:
                continue
            yield DefinitionError(
                f"{what} of {identity} names column {name}, which the table does not have",
                where=where,
                instead=self._suggest(column),
            )

    def _suggest(self, column: Identity) -> str:
        if column in self.renamed:
            return f"The migration renames it before: write {self.renamed[column]}."
        if column in self.dropped:
            return "The migration drops it before: keep the column now, and drop it in the next migration."
        known = sorted(each.name for each in self.present - self.dropped if each.relation == column.relation)
        return suggest_similar(column.name, known, f"It has: {', '.join(known)}.")
