"""The settings of a column that ALTER COLUMN sets: storage, compression, statistics and options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.parameters import list_parameter_changes
from schema_dsl.plan.rule import Object
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal

_NEW_VALUES: Final = "brief; affects new values only"


@attrs.frozen
class _NoSettings:
    """The settings of a column that does not exist yet."""

    storage: None = None
    compression: None = None
    statistics: None = None
    options: tuple[()] = ()


def build_settings(wanted: Object, before: Any = None) -> Iterator[Step]:
    """Build the steps for settings that CREATE TABLE and ADD COLUMN cannot contain in every version of Postgres.

    Args:
        wanted: The wanted column.
        before: The column as it is; None if it is new.
    """
    identity, column = wanted
    present = before or _NoSettings()

    def step(action: str, lock: str = "ShareUpdateExclusiveLock", effect: str = _NEW_VALUES) -> Step:
        clauses = [Sql(f"ALTER COLUMN {identifier(identity.name)} {action}")]
        hazard = Hazard(identity.relation, lock, effect)
        values = {"relation": quote_relation(identity), "clauses": clauses}
        return Step(identity, "column/alter", values, (hazard,), foldable=True)

    if column.storage != present.storage:
        if column.storage is None:
            values = {
                "relation": quote_relation(identity),
                "relation_literal": literal(str(quote_relation(identity))),
                "column": identifier(identity.name),
                "column_literal": literal(identity.name),
            }
            hazard = Hazard(identity.relation, "AccessExclusiveLock", _NEW_VALUES)
            yield Step(identity, "column/reset_storage", values, (hazard,))
        else:
            yield step(f"SET STORAGE {column.storage.upper()}", "AccessExclusiveLock")
    if column.compression != present.compression:
        yield step(f"SET COMPRESSION {column.compression or 'default'}", "AccessExclusiveLock")
    statistics = "brief; affects the next ANALYZE only"
    if column.statistics != present.statistics:
        # Since Postgres 17, -1 can also be written as DEFAULT.
        target = -1 if column.statistics is None else column.statistics
        yield step(f"SET STATISTICS {target}", effect=statistics)
    if column.options != present.options:
        for action in list_parameter_changes(present.options, column.options):
            yield step(str(action), effect=statistics)
