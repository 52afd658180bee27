"""Write objects as Python source."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.bounds import shorten_bound
from schema_dsl.importing.grants import extend_shared_grants, write_grants, write_privileges
from schema_dsl.importing.names import NameWriter
from schema_dsl.importing.policy_helpers import find_helper_calls
from schema_dsl.importing.python import (
    PythonCall,
    PythonList,
    PythonNode,
    layout,
    list_of,
    quote,
)
from schema_dsl.importing.routines import RoutineFile
from schema_dsl.importing.shared import SHARED, SharedFunction, SharedValue
from schema_dsl.importing.triggers import leave_out_table
from schema_dsl.importing.values import ValueWriter, sort_keywords
from schema_dsl.model.column import Column
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.index_mark import MARK_FIELDS, IndexMark
from schema_dsl.model.owner import Ownership
from schema_dsl.model.owning_column import OwningColumn
from schema_dsl.model.partition import Partition
from schema_dsl.model.policy import Policy
from schema_dsl.model.publication import Publication
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Trigger
from schema_dsl.platforms import Platform

_FIRST_AND_LAST_OF_ROOTS: Final = {"schema": 0, "comment": 1, "partition_by": 5, "partitions": 6, "body": 7}
_PARTS_IN_ORDER: Final = (
    "existing",
    "columns",
    "tables",
    "constraints",
    "indexes",
    "triggers",
    "policies",
    "rules",
)
# The arguments of tables and publications that the definitions do not create, and of default privileges.
_WRITTEN_APART: Final = frozenset({"existing", "grants"})


@attrs.define
class SourceWriter:
    """Writes objects with their parts.

    Attributes:
        values: Writes the parts.
        platform: The platform.
        shared: The grants and conditions that have a name, by their source and their SQL.
        shared_columns: The columns that many tables have.
        shared_triggers: The triggers that several tables have.
        files: The files of routines.
        writes_no_grants: Whether tables without privileges say so, because most tables have some.
    """

    values: ValueWriter
    platform: Platform
    shared: Mapping[str, SharedValue]
    shared_columns: Mapping[Column, SharedFunction]
    shared_triggers: Mapping[Trigger, SharedFunction]
    files: Mapping[Identity, RoutineFile]
    writes_no_grants: bool

    @property
    def names(self) -> NameWriter:
        """The names that the source uses."""
        return self.values.names

    def write_root(self, root: AssembledRoot) -> PythonNode:
        """Return the call that constructs an object with its parts.

        Raises:
            UnwritableError: If a value has no source.
        """
        self.values.conditions = root.conditions
        self.names.schema = root.identity.schema or "public"
        file = self.files.get(root.identity)
        if file is None:
            call = self.values.write_object(root.item, skip=_WRITTEN_APART)
        else:
            call = self.values.write_file(root.item, file.path)
        keywords = dict(call.keywords)
        if getattr(root.item, "existing", None) is not None:
            keywords.update(self._write_existing(root.item))
        if root.parts.get("policies"):
            # Policies enable row level security, unless the table says otherwise.
            enabled = keywords.pop("row_security", None)
            if enabled is None and getattr(root.item, "row_security", None) is not None:
                keywords["row_security"] = "False"
        for holder in _PARTS_IN_ORDER:
            items = root.parts.get(holder)
            if items:
                keywords[holder] = list_of(self._write_parts(holder, items, root.identity.name))
        grants = self._write_grants(root)
        partitions = root.parts.get("partitions")
        if partitions:
            keywords["partitions"] = list_of(
                self._write_partition(
                    each, root, root.parts.get("columns", ()), has_grants="grants" in grants
                )
                for each in partitions
            )
        keywords.update(_write_marks(root))
        for owning in root.parts.get(OwningColumn.kind, ()):
            keywords["owned_by"] = self.names.write_column_reference(owning.column)
        keywords.update(grants)
        keywords.update(("owner", quote(each.role)) for each in root.parts.get(Ownership.kind, ()))
        return PythonCall(call.name, call.positional, sort_keywords(keywords, _FIRST_AND_LAST_OF_ROOTS))

    def _write_parts(self, holder: str, items: Sequence[Any], table: str) -> Iterable[PythonNode]:
        """Return the parts that an argument of a table holds."""
        if holder == "policies":
            return self._write_policies(items)
        if holder == "triggers":
            return [self._write_trigger(each, table) for each in items]
        return map(self._write_column if holder == "columns" else self.values.write, items)

    def _write_column(self, column: Column) -> PythonNode:
        """Return a column, or the call that returns it if many tables have it."""
        shared = self.shared_columns.get(column)
        if shared is None or not self._is_usable(shared):
            return self.values.write(column)
        self.names.used_shared.add(shared.name)
        return f"{shared.name}()"

    def _write_trigger(self, trigger: Trigger, table: str) -> PythonNode:
        """Return a trigger, or the call that returns it if several tables have it."""
        key = leave_out_table(trigger, table)
        shared = None if key is None else self.shared_triggers.get(key)
        if shared is None or not self._is_usable(shared):
            return self.values.write(trigger)
        self.names.used_shared.add(shared.name)
        return PythonCall(shared.name, (quote(table),))

    def _is_usable(self, column: SharedFunction) -> bool:
        """Return whether a function for a column precedes this object. Functions of other modules always do."""
        return column.module == SHARED or column.target is None or self.names.is_usable(column.target)

    def _write_existing(self, item: Any) -> Iterable[tuple[str, PythonNode]]:
        """Yield the argument of a table or publication that the definitions do not create."""
        if item.kind == Table.kind:
            place = (item.schema, item.name)
            if place in self.names.platform_tables:
                yield "existing", f"{self.names.use_of_platform(place)}.existing"
            else:
                yield "existing", list_of(map(self.values.write, item.existing))
        elif item.kind == Publication.kind:
            yield "existing", "True"

    def _write_partition(
        self, root: AssembledRoot, parent: AssembledRoot, columns: Sequence[Column], *, has_grants: bool
    ) -> PythonNode:
        """Return a partition with its parts.

        Args:
            root: The partition.
            parent: The table that it is a partition of.
            columns: The columns of the partitioned table.
            has_grants: Whether the table has grants.
        """
        table = root.item
        schema = None if root.identity.schema == parent.identity.schema else root.identity.schema
        call = self.values.write_object(
            Partition(
                table.name,
                shorten_bound(table.bound, parent.item.partition_by, columns),
                schema=schema,
                partition_by=table.partition_by,
                force_row_security=table.force_row_security,
                unlogged=table.unlogged,
                parameters=table.parameters,
                replica_identity=table.replica_identity,
                comment=table.comment,
                origin=None,
            )
        )
        keywords = dict(call.keywords)
        for holder in ("constraints", "indexes", "triggers", "policies"):
            items = root.parts.get(holder)
            if items:
                keywords[holder] = list_of(map(self.values.write, items))
        keywords.update(_write_marks(root))
        is_implied = bool(root.parts.get("policies")) or has_grants
        if table.row_security != is_implied:
            keywords["row_security"] = repr(table.row_security)
        grants = self._write_grants(root)
        keywords.update(grants)
        below = root.parts.get("partitions")
        if below:
            is_granted = has_grants or bool(grants)
            keywords["partitions"] = list_of(
                self._write_partition(each, root, columns, has_grants=is_granted) for each in below
            )
        return PythonCall(call.name, call.positional, keywords)

    def _write_policies(self, policies: Sequence[Policy]) -> list[PythonNode]:
        """Return the policies, those of a helper of the platform as its call."""
        calls = find_helper_calls(policies, self.platform)
        replaced = {id(policy): found.call for found in calls for policy in found.policies}
        nodes: list[PythonNode] = []
        for policy in policies:
            call = replaced.get(id(policy))
            if call is None:
                nodes.append(self.values.write(policy))
            elif call not in nodes:
                self.names.used_of_platform.add(call.name)
                nodes.append(call)
        return nodes

    def _write_grants(self, root: AssembledRoot) -> dict[str, PythonNode]:
        if isinstance(root.item, DefaultPrivileges):
            kind = root.item.on.removesuffix("s")
            written: dict[str, PythonNode] = {"grants": write_grants(root.item.grants, kind)}
        else:
            written = write_privileges(root)
        grants = written.get("grants")
        if isinstance(grants, PythonList) and grants.items:
            written["grants"] = self._name_grants(grants)
        elif self.writes_no_grants and isinstance(root.item, Table) and root.item.existing is None:
            written.setdefault("grants", list_of(()))
        return written

    def _name_grants(self, grants: PythonList) -> PythonNode:
        """Return the name of grants, or a list that extends grants with a name, or the list."""
        shared = self.shared.get(layout(grants))
        if shared is not None:
            self.names.used_shared.add(shared.name)
            return shared.name
        self.names.use("Grant")
        extended = extend_shared_grants(grants, self.shared)
        if extended is None:
            return grants
        node, value = extended
        self.names.used_shared.add(value.name)
        return node


def _write_marks(root: AssembledRoot) -> Iterable[tuple[str, PythonNode]]:
    """Yield the arguments that mark indexes."""
    for mark in root.parts.get(IndexMark.kind, ()):
        yield MARK_FIELDS[mark.name], quote(mark.index)
