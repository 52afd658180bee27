"""Partitions: the key of a partitioned table, and the bounds of its partitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.access import Access
from schema_dsl.model.constraint import Check
from schema_dsl.model.expression import Constant
from schema_dsl.model.grant import Grant, to_grants
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    to_former_name,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.index import Index
from schema_dsl.model.index_mark import to_index_name
from schema_dsl.model.parameters import Parameters, to_parameters
from schema_dsl.model.policy import Policy
from schema_dsl.model.trigger import Trigger
from schema_dsl.sql import Sql, identifier, literal, parenthesize

Bound: TypeAlias = Constant | Sql | None


@attrs.frozen
class PartitionKey:
    """The key by which a table is partitioned: `by_range`, `by_list` and `by_hash` return one.

    `PartitionKey(sql("RANGE (name COLLATE app.german)"))` is a key with a collation or an operator class.

    Attributes:
        sql: The strategy and the keys, as they follow PARTITION BY.
        columns: The columns among the keys.
    """

    sql: Sql
    columns: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        """Return the SQL."""
        return str(self.sql)


def by_range(*keys: str | Sql) -> PartitionKey:
    """Partition a table by ranges of values.

    Args:
        *keys: The names of columns, or expressions as `sql("...")`.
    """
    return _build_key("RANGE", keys)


def by_list(key: str | Sql) -> PartitionKey:
    """Partition a table by lists of values.

    Args:
        key: The name of a column, or an expression as `sql("...")`.
    """
    return _build_key("LIST", (key,))


def by_hash(*keys: str | Sql) -> PartitionKey:
    """Partition a table by the hash of values, so that the rows are spread evenly.

    Args:
        *keys: The names of columns, or expressions as `sql("...")`.
    """
    return _build_key("HASH", keys)


def _build_key(strategy: str, keys: Sequence[Any]) -> PartitionKey:
    if not keys or not all(isinstance(key, str) and key for key in keys):
        raise DefinitionError(
            f"a partition key has the names of columns or SQL, not {', '.join(map(repr, keys)) or 'nothing'}",
            instead='Write by_range("created_at").',
        )
    listed = ", ".join(parenthesize(key) if isinstance(key, Sql) else identifier(key) for key in keys)
    return PartitionKey(Sql(f"{strategy} ({listed})"), tuple(key for key in keys if not isinstance(key, Sql)))


def values_from(low: Bound | tuple[Bound, ...], *, to: Bound | tuple[Bound, ...]) -> Sql:
    """Return the bound of a partition by range.

    Args:
        low: The smallest value; None is MINVALUE. Several keys take a tuple.
        to: The end, which is not included; None is MAXVALUE.
    """
    ends = ((low, "MINVALUE"), (to, "MAXVALUE"))
    start, end = (
        ", ".join(
            _format_value(value, unbounded) for value in (given if isinstance(given, tuple) else (given,))
        )
        for given, unbounded in ends
    )
    return Sql(f"FOR VALUES FROM ({start}) TO ({end})")


def values_in(*values: Bound) -> Sql:
    """Return the bound of a partition by list.

    Args:
        *values: The values; None is NULL.
    """
    if not values:
        raise DefinitionError(
            "values_in() needs at least one value", instead="List the values of the partition."
        )
    return Sql(f"FOR VALUES IN ({', '.join(_format_value(value, 'NULL') for value in values)})")


def values_modulo(modulus: int, *, remainder: int) -> Sql:
    """Return the bound of a partition by hash.

    Args:
        modulus: The divisor, usually the number of partitions.
        remainder: The remainder of the rows in this partition.
    """
    if not 0 <= remainder < modulus:
        raise DefinitionError(
            f"values_modulo({modulus!r}, remainder={remainder!r}) holds no rows",
            instead="The remainder is at least 0 and less than the modulus.",
        )
    return Sql(f"FOR VALUES WITH (MODULUS {int(modulus)}, REMAINDER {int(remainder)})")


def _format_value(value: Any, missing: str) -> str:
    if value is None:
        return missing
    if isinstance(value, Sql):
        return value
    if isinstance(value, list | dict | tuple):
        raise DefinitionError(
            f"bound of a partition: {value!r} is not a constant",
            instead="Write one constant for each key, in a tuple if there are several keys.",
        )
    try:
        return literal(value)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"bound of a partition: {error}", instead='Write SQL as sql("...").') from error


DEFAULT_BOUND: Final = Sql("DEFAULT")


def _to_bound(value: Sql | None) -> Sql:
    bound: Any = DEFAULT_BOUND if value is None else value
    if not isinstance(bound, Sql):
        raise DefinitionError(
            f"the bound of a partition cannot be {value!r}",
            instead='Write values_from("2026-01-01", to="2026-02-01"), values_in("a") or values_modulo(...).',
        )
    return bound


def _validate_name(value: str) -> str:
    return validate_name(value, "partition")


def _to_items(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


# The parameter type of a converter is the type of the constructor's parameter for type checkers.
def to_partitions(value: Partition | Sequence[Partition]) -> tuple[Partition, ...]:
    """Convert one partition or several partitions to a tuple."""
    return _to_items(value)


def _to_constraints(value: Check | Sequence[Check]) -> tuple[Check, ...]:
    return _to_items(value)


def _to_indexes(value: Index | Sequence[Index]) -> tuple[Index, ...]:
    return _to_items(value)


def _to_triggers(value: Trigger | Sequence[Trigger]) -> tuple[Trigger, ...]:
    return _to_items(value)


def _to_policies(value: Policy | Sequence[Policy]) -> tuple[Policy, ...]:
    return _to_items(value)


@attrs.frozen
class Partition:
    """A partition of a table, which has the columns, constraints, indexes and triggers of the table.

    Attributes:
        name: The name.
        bound: The values of the rows in the partition, such as `values_from("2026-01-01", to="2026-02-01")`; by default
            the partition is the DEFAULT one, for the rows that no other partition takes.
        schema: The schema, by default that of the table.
        partition_by: The key of a partition that is partitioned itself.
        partitions: The partitions of the partition.
        constraints: Checks in addition to those of the table.
        indexes: Indexes in addition to those of the table.
        triggers: Triggers in addition to those of the table.
        policies: The policies for queries that name the partition. Queries that name the table use those of the table.
        access: The intended access to the partition by its own name; by default no role has any if the table declares
            access. Access to the table includes the rows of its partitions.
        row_security: Whether row level security is enabled, by default if policies or an access are declared or
            implied.
        grants: Privileges on the partition by its own name, in addition to those that the access needs.
        force_row_security: Whether row level security also applies to the owner.
        unlogged: Whether the partition is UNLOGGED.
        parameters: The storage parameters.
        replica_identity: The part of an old row that logical replication sends: "full" or "nothing".
        replica_identity_index: The unique index whose columns logical replication sends instead.
        cluster_on: The index by which CLUSTER without an index sorts the rows.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the partition.
        origin: The line that declares the partition.
    """

    name: str = attrs.field(converter=_validate_name)
    bound: Sql = attrs.field(default=None, converter=_to_bound)
    schema: str | None = attrs.field(default=None, kw_only=True)
    partition_by: PartitionKey | None = attrs.field(default=None, kw_only=True)
    partitions: tuple[Partition, ...] = attrs.field(default=(), converter=to_partitions, kw_only=True)
    constraints: tuple[Check, ...] = attrs.field(default=(), converter=_to_constraints, kw_only=True)
    indexes: tuple[Index, ...] = attrs.field(default=(), converter=_to_indexes, kw_only=True)
    triggers: tuple[Trigger, ...] = attrs.field(default=(), converter=_to_triggers, kw_only=True)
    policies: tuple[Policy, ...] = attrs.field(default=(), converter=_to_policies, kw_only=True)
    access: Access | None = attrs.field(default=None, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    row_security: bool | None = attrs.field(default=None, validator=validate_flag, kw_only=True)
    force_row_security: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    unlogged: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)
    replica_identity: Literal["full", "nothing"] | None = attrs.field(default=None, kw_only=True)
    replica_identity_index: str | None = attrs.field(default=None, converter=to_index_name, kw_only=True)
    cluster_on: str | None = attrs.field(default=None, converter=to_index_name, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)
