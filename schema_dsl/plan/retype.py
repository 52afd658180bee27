"""The step that changes the type of a column, with the guard that stops it where it would change values."""

from __future__ import annotations

from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import format_origin
from schema_dsl.model.type import Type
from schema_dsl.parsing import SqlSyntaxError, deparse_expression, parse_expression
from schema_dsl.plan.data_loss import CHANGE_HINT, CORRECT_HINT, build_loss
from schema_dsl.plan.domain_type import DomainType, find_base
from schema_dsl.plan.enum_type import build_labels_pending, list_removed_labels, restrict_to_labels
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import Object
from schema_dsl.plan.step import Hazard, Loss, Step
from schema_dsl.plan.time_zone import build_difference, use_time_zone
from schema_dsl.plan.type_change import (
    CONVERT_BY_TEXT,
    Conversion,
    Inconvertible,
    find_conversion,
    format_catalog_type,
    is_same_type,
    keeps_bytes,
    parse_type,
    restrict,
)
from schema_dsl.sql import Sql, end_line_comment, identifier, literal

_REWRITE = "rewrites the table and its indexes, and blocks reads and writes"
_SORT = "rebuilds the indexes of the column in the new collation, and blocks reads and writes"
_BRIEF = "brief; writes no rows"


def build_retype_step(
    wanted: Object,
    before: Any,
    *,
    keeps_default: bool = False,
    is_replaced: bool = False,
) -> Step:
    """Build the step that changes the type of a column.

    Args:
        wanted: The column with its new type.
        before: The column as it is.
        keeps_default: Whether another step removes the default, a sequence's next number, which any number can hold.
        is_replaced: Whether a type takes the place of the present one, whose name it may have.

    Raises:
        DefinitionError: If Postgres has no cast that keeps the values, and the column does not declare `using=`.
    """
    identity, column = wanted
    name = identifier(identity.name)
    keeps_type = not is_replaced and is_same_type(column.type.sql, before.type.sql)
    # A new collation changes no value. Postgres computes those of a generated column again, and accepts no USING.
    if keeps_type or column.generated is not None:
        using, conversion = None, Conversion()
    else:
        using, conversion = _choose(wanted, before, is_replaced=is_replaced)
    loss = None if conversion.changes is None else _build_loss(wanted, before, conversion)
    if loss is not None and is_replaced and not list_removed_labels(before.type, column.type):
        loss = attrs.evolve(loss, only_within=True)
    clauses = []
    exchanges_default = before.default is not None and not keeps_default
    if exchanges_default:
        # Postgres may have no cast from the old default to the new type: drop the default before, set it after.
        clauses.append(f"ALTER COLUMN {name} DROP DEFAULT")
    clauses.append(
        f"ALTER COLUMN {name} TYPE {format_type(column)}" + ("" if using is None else f" USING {using}")
    )
    if exchanges_default and column.default is not None:
        clauses.append(f"ALTER COLUMN {name} SET DEFAULT {end_line_comment(column.default)}")
    values = {
        "relation": quote_relation(identity),
        "clauses": [Sql(clause) for clause in clauses],
        "pending": [build_type_pending(identity, before, column) or Sql("true")],
        # A second run must not convert values of the new type.
        "asks_first": using is not None,
    }
    rewrites = using is not None or not keeps_bytes(find_base(before.type), column.type.sql)
    sorts_anew = column.collation != before.collation
    hazard = Hazard(
        identity.relation,
        "AccessExclusiveLock",
        _REWRITE if rewrites else _SORT if sorts_anew else _BRIEF,
        rewrites=rewrites,
        scans=loss is not None or sorts_anew,
        loses_data=loss is not None and loss.permitted,
    )
    return Step(identity, "column/alter_type", values, (hazard,), loss, foldable=True)


def format_type(column: Any) -> Sql:
    """Format the type of a column with its collation."""
    return (
        column.type.sql if column.collation is None else Sql(f"{column.type.sql} COLLATE {column.collation}")
    )


def _choose(wanted: Object, before: Any, *, is_replaced: bool) -> tuple[str | None, Conversion]:
    """Return the expression of USING, or None, and the conversion that a guard checks."""
    identity, column = wanted
    name, new = identifier(identity.name), column.type.sql
    conversion = _find_conversion(before.type, column.type, is_replaced=is_replaced)
    if column.using is not None:
        if isinstance(conversion, Conversion) and _is_plain_cast(column.using, f"{name}::{new}"):
            return end_line_comment(column.using), conversion
        return end_line_comment(column.using), Conversion()
    if isinstance(conversion, Conversion):
        return _fill(conversion.using, name, new), conversion
    in_zone = _convert_in_zone(before, column)
    if in_zone is not None:
        return _fill(in_zone.using, name, new), in_zone
    if column.origin is None:
        # A column that was read from a database has no `using=`.
        if conversion.example and "{column}::" not in conversion.example:
            return _fill(conversion.example, name, new), Conversion()
        by_text = restrict_to_labels(CONVERT_BY_TEXT, before.type, column.type)
        return _fill(by_text.using, name, new), by_text
    example = _fill(conversion.example, name, new) or "..."
    raise DefinitionError(
        f"column {identity.name} of {'.'.join(identity.relation)} cannot change from {before.type.sql} to {new} without"
        f" using=: {conversion.reason}",
        where=format_origin(column),
        instead=f"Write the conversion behind the column: -- schema-dsl: using={example}"
        if column.origin.file.endswith(".sql")
        else f'Write the conversion on the column: using="{example}".',
    )


def _convert_in_zone(before: Any, column: Any) -> Conversion | None:
    """Return how a rollback converts values back in the time zone of the `using=` that converted them; None if not."""
    back = _find_conversion(before.type, column.type, is_replaced=False)
    using = use_time_zone(back.example, before.using) if isinstance(back, Inconvertible) else None
    if using is None:
        return None
    if not _loses_time(before.type, column.type):
        return Conversion(using)
    there = _find_conversion(column.type, before.type, is_replaced=False)
    forward = use_time_zone(there.example, before.using) if isinstance(there, Inconvertible) else None
    changes = "{value} IS NOT NULL" if forward is None else build_difference(forward, using)
    return Conversion(using, changes, may_raise=False)


def _loses_time(old: Type, new: Type) -> bool:
    return find_base(old) != find_base(new) and parse_type(find_base(new)).name in {"date", "time", "timetz"}


def is_undone(identity: Identity, before: Any, column: Any) -> bool:
    """Return whether the plan back converts the values of a column as its `using=` did: by a cast, or in its zone.

    Args:
        identity: The identity of the column.
        before: The column before the change of its type.
        column: The wanted column, with its `using=`.
    """
    cast = f"{identifier(identity.name)}::{column.type.sql}"
    is_kept = converts_in_zone(before, column) and not _loses_time(before.type, column.type)
    return is_kept or _is_plain_cast(column.using, cast)


def converts_in_zone(before: Any, column: Any) -> bool:
    """Return whether the plan back converts the values of a column in the time zone of its `using=`."""
    return _convert_in_zone(column, before) is not None


def _find_conversion(old: Type, new: Type, *, is_replaced: bool) -> Conversion | Inconvertible:
    """Return the conversion of the values; for domains, that of the types below them."""
    old_base, new_base = find_base(old), find_base(new)
    is_known = parse_type(old_base).name is not None and parse_type(new_base).name is not None
    if is_replaced and not (is_known and isinstance(old, DomainType) and isinstance(new, DomainType)):
        return restrict_to_labels(CONVERT_BY_TEXT, old, new)
    conversion = find_conversion(old_base, new_base)
    if not isinstance(conversion, Conversion):
        return conversion
    restricts = isinstance(new, DomainType) and new.restricts
    return restrict(conversion) if restricts else restrict_to_labels(conversion, old, new)


def _fill(using: str | None, name: str, new: str) -> str | None:
    return None if using is None else using.format(column=name, new=new)


def _is_plain_cast(using: str, cast: str) -> bool:
    try:
        return deparse_expression(parse_expression(using)) == deparse_expression(parse_expression(cast))
    except SqlSyntaxError:
        # The check of the definitions reports the syntax error.
        return False


def build_type_pending(
    identity: Identity, before: Any, column: Any, *, is_created: bool = False
) -> Sql | None:
    """Build the condition that is true until the column has its new type; None if only Postgres knows.

    Args:
        identity: The identity of the column.
        before: The column as it is.
        column: The wanted column.
        is_created: Whether the condition is also true before the type exists.
    """
    new = column.type.sql
    differs = build_type_difference("atttypid", "atttypmod", new, before.type.sql, is_created=is_created)
    if differs is None:
        return None
    if column.collation != before.collation:
        differs = f"({differs} OR {_build_collation_difference(column)})"
    relation = literal(str(quote_relation(identity)))
    return Sql(
        f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({relation})\n"
        f"        AND attname = {literal(identity.name)} AND {differs})"
    )


def _build_collation_difference(column: Any) -> str:
    if column.collation is None:
        return "attcollation <> (SELECT typcollation FROM pg_catalog.pg_type WHERE oid = atttypid)"
    return f"attcollation <> pg_catalog.to_regcollation({literal(str(column.collation))})"


def build_type_difference(
    oid: str, modifier: str, new: str, old: str, *, is_created: bool = False
) -> str | None:
    """Return the condition that a type in the catalog is not the new one; None if there is no such condition.

    Args:
        oid: The expression for the type.
        modifier: The expression for its modifier.
        new: The spelling of the new type.
        old: The spelling of the old type.
        is_created: Whether the condition is also true before the new type exists.
    """
    catalog_type = format_catalog_type(new)
    if catalog_type is not None:
        return f"pg_catalog.format_type({oid}, {modifier}) <> {literal(catalog_type)}"
    if "(" in new or ("(" in old and parse_type(old).name is None):
        # to_regtype ignores the modifiers of a type.
        return None
    # The check before all steps runs before the step that creates the type.
    differs = "IS DISTINCT FROM" if is_created else "<>"
    return f"{oid} {differs} pg_catalog.to_regtype({literal(str(new))})"


def _build_loss(wanted: Object, before: Any, conversion: Conversion) -> Loss:
    identity, column = wanted
    assert conversion.changes is not None  # noqa: S101
    relation, name = quote_relation(identity), identifier(identity.name)
    old, new, base = before.type.sql, column.type.sql, find_base(before.type)
    # An array of a domain has no operators of its own: its base type has them.
    as_base = f"::{base}" if str(old) != str(base) and str(base).endswith("[]") else ""
    removed = list_removed_labels(before.type, column.type)
    what = (
        f"cannot replace type {new} of column {name} of {relation}"
        if old == new
        else f"cannot change the type of column {name} of {relation} from {old} to {new}"
    )
    misfit = (
        f"with a removed label of {new}: {', '.join(map(repr, removed))}"
        if removed
        else f"that do not fit {new}"
    )
    return build_loss(
        f"the values of column {name} of {relation} {misfit}",
        relation=relation,
        exists=build_labels_pending(identity, removed)
        if removed
        else build_type_pending(identity, before, column, is_created=conversion.refused) or "true",
        message=(f"{what} because values do not fit (rows: ", ")"),
        hint=CHANGE_HINT if conversion.permitted else CORRECT_HINT,
        values=name,
        changed=conversion.changes.format(
            value=f"{'item.value' if conversion.may_raise else name}{as_base}", old=base, new=new
        ),
        may_raise=conversion.may_raise,
        permitted=conversion.permitted,
        only_before=conversion.refused,
    )
