"""Find which tables, columns and callers decide on the rows of a view."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.access import MatchingRows, MemberRows
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.table import Table
from schema_dsl.model.type import text
from schema_dsl.model.view import View
from schema_dsl.parsing import parse_query
from schema_dsl.sql import Sql
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.provenance import ColumnSource, ConditionTerm, Provenance, SessionInput
from schema_dsl.verify.access.reads.read_scope import ReadScope
from schema_dsl.verify.access.reads.table_reads import AccessReads, collect_reads
from schema_dsl.verify.access.row_rules import RowRules

DeclaredView: TypeAlias = View | MaterializedView


@attrs.frozen(eq=False)
class ViewReads:
    """The reads of a view.

    Attributes:
        reads: The reads that decide on access to its rows.
        columns: The columns of tables from which the columns of the view are taken, by the column of the view. A column
            that the view computes is missing.
        tables: The tables whose rows the view shows.
    """

    reads: AccessReads
    columns: Mapping[str, ColumnSource]
    tables: Collection[QualifiedKey]

    def list_compared(self) -> list[str]:
        """List the columns of the view that conditions compare with constants."""
        found = []
        for name, source in self.columns.items():
            read = self.reads.of(source.relation).get(source.column)
            if read is not None and (read.conditions or any(read.constants.values())):
                found.append(name)
        return found


def read_view(
    code: DatabaseCode,
    view: QualifiedKey,
    rules: RowRules,
    identity: SessionInput | None,
    wanted: Catalog,
) -> ViewReads:
    """Find the reads of a view, with those of the conditions of its access.

    Args:
        code: The code of the database, without policies.
        view: The schema and name of the view.
        rules: The rules of the access to the view.
        identity: The session input with the id of the caller.
        wanted: The declared schema. A view without an access shows the owners of the rows of its tables.
    """
    reader = ConditionReader(code)
    relation = code.relations[view]
    outputs = reader.query(parse_query(relation.query), ReadScope())
    named = [(name, sources) for name, (_, sources) in zip(relation.columns, outputs, strict=False)]
    columns = {name: source for name, sources in named if (source := sources.only_column) is not None}
    terms = []
    access = rules.table.access
    for rule in access.rules if access is not None else ():
        if isinstance(rule, MatchingRows):
            reader.read_condition(rule.condition, view)
        elif isinstance(rule, MemberRows):
            reader.read_condition(rules.membership(rule, Sql("true"), rule.condition), view)
            terms.append(ColumnSource(rules.membership_table(rule), rules.members[rule]))
    if access is not None and access.own in columns:
        terms.append(columns[access.own])
    if access is None:
        terms += [
            ColumnSource(name, table.access.own)
            for name in reader.related
            if (table := wanted.tables.get(name)) is not None
            and table.access is not None
            and table.access.own
        ]
    of_callers = [
        ConditionTerm(Provenance(frozenset({source}), frozenset({identity})))
        for source in terms
        if identity is not None
    ]
    reads = collect_reads(reader, of_callers)
    shown = {source.relation: None for _, sources in named for source in sorted(sources.columns)}
    if relation.is_materialized:
        reads = attrs.evolve(reads, materialized=(*reads.materialized, view))
    return ViewReads(reads, columns, tuple(shown or dict.fromkeys(reader.related)))


def stand_in(name: QualifiedKey, code: DatabaseCode, declared: DeclaredView | None = None) -> Table:
    """Return a table that stands for a relation of a database in trials, with the access of a view.

    Args:
        name: The schema and name of the relation.
        code: The code of the database.
        declared: The view.
    """
    schema, own_name = name
    existing = tuple(Column(column, text) for column in code.relations[name].columns)
    access = declared.access if declared is not None else None
    return Table(own_name, schema=schema, existing=existing, access=access)


def list_tried_views(wanted: Catalog) -> list[DeclaredView]:
    """List the views to try: those with an access, and those with security_invoker that a role may read."""
    readable = {
        identity.root
        for identity, item in wanted.objects.items()
        if isinstance(item, Privilege) and "select" in item.privileges
    }
    return [
        view
        for view in wanted.views.values()
        if view.access is not None
        or (isinstance(view, View) and view.security_invoker and view.identity in readable)
    ]
