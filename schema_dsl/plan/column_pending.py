"""The condition that is true until a column is changed, by which a block finds out that it has run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.serial import without_serial
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.retype import build_type_pending
from schema_dsl.plan.type_change import is_same_type
from schema_dsl.sql import Sql, literal


def build_column_pending(identity: Identity, before: Any, after: Any) -> Sql | None:
    """Build the condition that is true until a column is changed; None if only Postgres can compare the two.

    Args:
        identity: The identity of the column.
        before: The column before the plan.
        after: The column after the plan.
    """
    is_retyped = not is_same_type(after.type.sql, before.type.sql) or after.collation != before.collation
    # The statement that changes the type also sets the default.
    if _is_computed_anew(before, after) or (not is_retyped and _has_other_default(before, after)):
        return None
    after = without_serial(identity, after)
    of_type = build_type_pending(identity, before, after)
    flags = list(_list_flags(before, after))
    if of_type is None or not flags:
        return of_type
    relation = literal(str(quote_relation(identity)))
    return Sql(
        (f"{of_type}\n    OR " if is_retyped else "")
        + f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({relation})\n"
        f"        AND attname = {literal(identity.name)} AND ({' OR '.join(flags)}))"
    )


def _is_computed_anew(before: Any, after: Any) -> bool:
    """Return whether a generated column gets another expression, whose text only Postgres can compare."""
    expressions = (before.generated, after.generated)
    return None not in expressions and (
        before.generated != after.generated or before.virtual != after.virtual
    )


def _has_other_default(before: Any, after: Any) -> bool:
    """Return whether a default takes the place of another one, whose text only Postgres can compare."""
    return None not in (before.default, after.default) and before.default != after.default


def _list_flags(before: Any, after: Any) -> Iterator[str]:
    """Yield the conditions on the flags of a column in the catalog that hold until the column is changed."""
    numbered = before.identity is not None or after.identity is not None
    if (before.generated is None) != (after.generated is None):
        # The expression of a generated column is stored as its default.
        yield f"attgenerated {'<>' if after.generated is None else '='} ''"
    elif (before.default is None) != (after.default is None) and not numbered:
        yield "atthasdef" if after.default is None else "NOT atthasdef"
    if before.not_null != after.not_null and not numbered:
        yield "NOT attnotnull" if after.not_null else "attnotnull"
