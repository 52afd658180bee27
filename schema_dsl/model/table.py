"""Tables, with everything that is declared on a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.access import Access
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique, backfill_to_sql
from schema_dsl.model.grant import Grant, to_grants
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_former_name,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.index import Index
from schema_dsl.model.index_mark import to_index_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.parameters import Parameters, to_parameters
from schema_dsl.model.partition import Partition, PartitionKey, to_partitions
from schema_dsl.model.policy import Policy
from schema_dsl.model.reference import Reference, ReferenceTarget, validate_target
from schema_dsl.model.rule import RewriteRule
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.trigger import Trigger
from schema_dsl.sql import Sql

ReplicaIdentity: TypeAlias = Literal["full", "nothing"]
REPLICA_IDENTITIES: Final[tuple[ReplicaIdentity, ...]] = ("full", "nothing")
TableConstraint: TypeAlias = PrimaryKey | Unique | Check | ForeignKey | Exclusion


def _flatten_lists(value: Any) -> tuple[Any, ...]:
    """Flatten a list of items and lists, because a helper may return several policies."""
    items: list[Any] = []
    for item in value if isinstance(value, list | tuple) else (value,):
        items.extend(item if isinstance(item, list | tuple) else (item,))
    return tuple(items)


# The parameter type of a converter is the type of the constructor's parameter for type checkers.
def _to_existing(value: Column | Sequence[Column | Sequence[Column]] | None) -> tuple[Column, ...] | None:
    return None if value is None else _flatten_lists(value)


def _to_columns(value: Column | Sequence[Column | Sequence[Column]]) -> tuple[Column, ...]:
    return _flatten_lists(value)


def _to_constraints(
    value: TableConstraint | Sequence[TableConstraint | Sequence[TableConstraint]],
) -> tuple[TableConstraint, ...]:
    return _flatten_lists(value)


def to_indexes(value: Index | Sequence[Index | Sequence[Index]]) -> tuple[Index, ...]:
    """Convert one index, or a list that may contain lists, to a tuple."""
    return _flatten_lists(value)


def to_triggers(value: Trigger | Sequence[Trigger | Sequence[Trigger]]) -> tuple[Trigger, ...]:
    """Convert one trigger, or a list that may contain lists, to a tuple."""
    return _flatten_lists(value)


def to_rules(value: RewriteRule | Sequence[RewriteRule | Sequence[RewriteRule]]) -> tuple[RewriteRule, ...]:
    """Convert one rule, or a list that may contain lists, to a tuple."""
    return _flatten_lists(value)


def _to_policies(value: Policy | Sequence[Policy | Sequence[Policy]]) -> tuple[Policy, ...]:
    return _flatten_lists(value)


def _to_parents(
    value: ReferenceTarget | Identity | Sequence[ReferenceTarget | Identity],
) -> tuple[Identity, ...]:
    parents: Sequence[Any] = value if isinstance(value, list | tuple) else (value,)
    return tuple(parent if isinstance(parent, Identity) else _find_identity(parent) for parent in parents)


def _find_identity(parent: ReferenceTarget) -> Identity:
    """Return the identity of a parent; without a schema, if that of the table is meant."""
    validate_target(parent, "inherits")
    if isinstance(parent, Reference):
        return Identity("table", parent.schema or "", parent.table)
    return parent.identity


def _validate_name(value: str) -> str:
    return validate_name(value, "table")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_replica_identity(table: Table, _: attrs.Attribute[Any], value: Any) -> None:
    if value not in (None, *REPLICA_IDENTITIES):
        raise DefinitionError(
            f"replica_identity of table {table.name} cannot be {value!r}",
            instead=f"Use one of: {', '.join(REPLICA_IDENTITIES)}.",
        )
    if value is not None and table.replica_identity_index is not None:
        raise DefinitionError(
            f"table {table.name} has replica_identity= and replica_identity_index=",
            instead="Remove one of the two.",
        )


@attrs.frozen
class Table(SchemaObject):
    """A table. Each list may contain lists, so that a helper can return several items.

    Attributes:
        name: The name.
        schema: The schema.
        existing: The known columns of an existing table, possibly none. schema-dsl does not create the table or
            these columns, and manages only the other attributes.
        columns: The declared columns.
        constraints: The constraints, in addition to those of the columns.
        indexes: The indexes.
        triggers: The triggers.
        policies: The policies.
        rules: The rules.
        access: The intended access.
        grants: Privileges in addition to those that the access needs, such as `Grant("truncate", to="admin")`. A table
            with access or grants manages the privileges of PUBLIC, of the client roles and of all named roles.
        owner: The role that owns the object; by default, the owner is not managed.
        row_security: Whether row level security is enabled; by default enabled if policies or access are declared,
            and unmanaged on an existing table.
        force_row_security: Whether row level security also applies to the owner; by default not, and unmanaged on
            an existing table.
        unlogged: Whether the table is UNLOGGED: faster to write, and empty after a crash of the server.
        parameters: The storage parameters, such as `{"fillfactor": 70, "autovacuum_enabled": False}`; those of the
            TOAST table begin with `toast.`.
        replica_identity: The part of an old row that logical replication sends: "full" or "nothing"; by default the
            primary key.
        replica_identity_index: The unique index or constraint whose columns logical replication sends instead.
        cluster_on: The index, or the constraint with one, by which CLUSTER without an index sorts the rows.
        inherits: The parents, whose columns and checks the table has as well (INHERITS). Queries of a parent read the
            rows of the table, with the policies of the parent. Keys, indexes, triggers, policies and privileges are
            not inherited.
        inherited: The columns of the parents; the loader of the definitions adds them.
        partition_by: The key by which the table is partitioned, such as `by_range("created_at")`.
        partitions: The partitions. Others that a job creates at run time are left alone.
        partition_of: The partitioned table of a partition, which `partitions=` of that table declares.
        bound: The values of the rows in a partition.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the table.
        origin: The line that declares the table.

    Raises:
        DefinitionError: If a part refers to a column that the table does not have, or a name is declared twice.
    """

    kind: ClassVar[str] = "table"

    name: str = attrs.field(converter=_validate_name)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    existing: tuple[Column, ...] | None = attrs.field(default=None, converter=_to_existing, kw_only=True)
    columns: tuple[Column, ...] = attrs.field(default=(), converter=_to_columns, kw_only=True)
    constraints: tuple[TableConstraint, ...] = attrs.field(
        default=(), converter=_to_constraints, kw_only=True
    )
    indexes: tuple[Index, ...] = attrs.field(default=(), converter=to_indexes, kw_only=True)
    triggers: tuple[Trigger, ...] = attrs.field(default=(), converter=to_triggers, kw_only=True)
    policies: tuple[Policy, ...] = attrs.field(default=(), converter=_to_policies, kw_only=True)
    rules: tuple[RewriteRule, ...] = attrs.field(default=(), converter=to_rules, kw_only=True)
    access: Access | None = attrs.field(default=None, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    row_security: bool | None = attrs.field(default=None, validator=validate_flag, kw_only=True)
    force_row_security: bool | None = attrs.field(default=None, validator=validate_flag, kw_only=True)
    unlogged: bool | None = attrs.field(default=None, validator=validate_flag, kw_only=True)
    parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)
    replica_identity: ReplicaIdentity | None = attrs.field(
        default=None, validator=_validate_replica_identity, kw_only=True
    )
    replica_identity_index: str | None = attrs.field(default=None, converter=to_index_name, kw_only=True)
    cluster_on: str | None = attrs.field(default=None, converter=to_index_name, kw_only=True)
    inherits: tuple[Identity, ...] = attrs.field(default=(), converter=_to_parents, kw_only=True)
    inherited: tuple[Column, ...] = attrs.field(default=(), eq=False, repr=False, kw_only=True)
    partition_by: PartitionKey | None = attrs.field(default=None, kw_only=True)
    partitions: tuple[Partition, ...] = attrs.field(default=(), converter=to_partitions, kw_only=True)
    partition_of: Identity | None = attrs.field(default=None, kw_only=True)
    bound: Sql | None = attrs.field(default=None, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Validate the parts, and set the defaults of row level security."""
        self._validate_types()
        if self.existing is None:
            if self.row_security is None:
                object.__setattr__(self, "row_security", bool(self.policies) or self.access is not None)
            for name in ("force_row_security", "unlogged"):
                if getattr(self, name) is None:
                    object.__setattr__(self, name, False)
        parents = (
            parent if parent.schema else attrs.evolve(parent, schema=self.schema) for parent in self.inherits
        )
        object.__setattr__(self, "inherits", tuple(parents))
        if not self.parents:
            self.validate_columns()
        if self.inherits and self.partition_by is not None:
            raise DefinitionError(
                f"table {self.name} has inherits= and partition_by=, and a partitioned table inherits from no other",
                where=format_origin(self),
                instead="Remove one of the two.",
            )
        self._validate_keys()
        self._validate_triggers()
        parts_with_names = ((self.policies, "policy"), (self.triggers, "trigger"), (self.rules, "rule"))
        for parts, kind in parts_with_names:
            _reject_duplicate_names(parts, kind, self.name)
        self.record()

    def list_grants(self) -> Sequence[Grant] | None:
        """Return the privileges that the access needs, and those of `grants`; None if neither is declared."""
        if self.access is None:
            return self.grants
        return [*self.access.list_grants(), *(self.grants or ())]

    @property
    def parents(self) -> tuple[Identity, ...]:
        """Return the tables of which the table has the columns: those it inherits from, or its partitioned table."""
        return self.inherits if self.partition_of is None else (self.partition_of,)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Return the known columns: the existing, the inherited and the declared ones."""
        return (self.existing or ()) + self.inherited + self.columns

    @property
    def column_types(self) -> dict[str, str]:
        """Return the types of the known columns, by name."""
        return {column.name: column.type.sql for column in self.all_columns}

    @property
    def primary_key_columns(self) -> tuple[str, ...]:
        """Return the columns of the primary key; none if the primary key is not declared."""
        for constraint in self.constraints:
            if isinstance(constraint, PrimaryKey):
                return constraint.columns
        return tuple(column.name for column in self.all_columns if column.primary_key)

    def _validate_types(self) -> None:
        """Raise DefinitionError for a part of another class."""
        for part, part_type in _PART_TYPES.items():
            for item in getattr(self, part) or ():
                if not isinstance(item, part_type):
                    raise DefinitionError(
                        f"{part} of table {self.name} cannot contain {item!r}",
                        instead=f"{part}=[...] takes {_PART_EXAMPLES[part]}.",
                    )

    def _validate_triggers(self) -> None:
        """Raise DefinitionError for an INSTEAD OF trigger."""
        for trigger in self.triggers:
            if trigger.timing == "instead of":
                raise DefinitionError(
                    f"trigger {trigger.name} of table {self.name} is INSTEAD OF, which only views have",
                    where=format_origin(trigger),
                    instead='Write timing="before" or timing="after".',
                )

    def validate_columns(self) -> None:
        """Raise DefinitionError if a part refers to a column that the table does not have."""
        names: set[str] = set()
        for column in self.all_columns:
            if column.name in names:
                raise DefinitionError(
                    f"table {self.name} has column {column.name} twice",
                    where=format_origin(column),
                    instead="Rename or remove one of the two columns.",
                )
            names.add(column.name)
        for constraint in self.constraints:
            match constraint:
                case PrimaryKey() | Unique():
                    self._require_columns((*constraint.columns, *constraint.include), names, constraint)
                case ForeignKey():
                    self._require_columns(constraint.columns, names, constraint)
                case Exclusion():
                    self._require_columns(
                        (on for on in constraint.keys if not isinstance(on, Sql)), names, constraint
                    )
                    self._require_columns(constraint.include, names, constraint)
                case Check():
                    self._require_columns((name for name, _ in constraint.backfill), names, constraint)
                    backfill_to_sql(constraint, self.column_types)
        for index in self.indexes:
            self._require_columns(
                (element.on for element in index.elements if not isinstance(element.on, Sql)), names, index
            )
            self._require_columns(index.include, names, index)
        for trigger in self.triggers:
            self._require_columns(trigger.update_of, names, trigger)
        self._validate_grants(names)

    def _validate_grants(self, names: set[str]) -> None:
        if self.access is not None:
            self._require_columns(self.access.columns, names, self)
        for grant in self.grants or ():
            self._require_columns(grant.columns, names, grant)

    def _validate_keys(self) -> None:
        keys = [constraint for constraint in self.constraints if isinstance(constraint, PrimaryKey)]
        if len(keys) + any(column.primary_key for column in self.all_columns) > 1:
            raise DefinitionError(
                f"table {self.name} has two primary keys",
                where=format_origin(keys[-1]),
                instead="Use either primary_key=True on the columns or PrimaryKey([...]), not both.",
            )
        if len(set(self.indexes)) != len(self.indexes):
            duplicate = next(
                index for position, index in enumerate(self.indexes) if index in self.indexes[:position]
            )
            raise DefinitionError(
                f"table {self.name} has the same index twice",
                where=format_origin(duplicate),
                instead="Remove one of the two indexes: each index slows down writes.",
            )

    def _require_columns(self, used: Iterable[str], names: set[str], by: Any) -> None:
        """Raise DefinitionError if a used column is not a column of the table.

        Args:
            used: The names of the used columns.
            names: The names of the columns of the table.
            by: The part of the table that uses the columns, or the table itself for its access.
        """
        for name in used:
            if name not in names:
                what = "access" if by is self else by.kind.replace("_", " ")
                raise DefinitionError(
                    f"{what} of table {self.name} refers to column {name}, which the table does not have",
                    where=format_origin(by),
                    instead=suggest_similar(
                        name, names, f"The table has: {', '.join(sorted(names)) or 'no known columns'}."
                    ),
                )


_PART_EXAMPLES = {
    "existing": "Column(...)",
    "columns": "Column(...)",
    "constraints": "Check(...), Unique(...), ForeignKey(...), PrimaryKey(...), Exclusion(...)",
    "indexes": "Index(...)",
    "triggers": "Trigger(...)",
    "policies": "Policy(...)",
    "rules": "RewriteRule(...)",
    "partitions": "Partition(...)",
}
_PART_TYPES: dict[str, Any] = {
    "existing": Column,
    "columns": Column,
    "constraints": TableConstraint,
    "indexes": Index,
    "triggers": Trigger,
    "policies": Policy,
    "rules": RewriteRule,
    "partitions": Partition,
}


def _reject_duplicate_names(parts: Iterable[Any], kind: str, table: str) -> None:
    names: set[str] = set()
    for part in parts:
        if part.name in names:
            raise DefinitionError(
                f"table {table} has {kind} {part.name} twice",
                where=format_origin(part),
                instead="Rename or remove one of the two.",
            )
        names.add(part.name)
