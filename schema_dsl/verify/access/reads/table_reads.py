"""The columns, constants and session inputs that decide on access to a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.sql import Sql
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.provenance import ColumnSource, ConditionTerm, JsonPath, SessionInput


@attrs.define(eq=False)
class ColumnReads:
    """The values and columns with which conditions compare a column.

    Attributes:
        conditions: The terms that a server can evaluate on a value of the column alone.
        constants: The constants, per path in a JSON document.
        inputs: The session inputs, per path in a JSON document.
        links: The columns of other tables.
        companions: The other columns of the same table.
        self_linked: Whether conditions may compare the column with the same column of other rows.
    """

    conditions: dict[Sql, None] = attrs.field(factory=dict)
    constants: dict[JsonPath, dict[Sql, None]] = attrs.field(factory=dict)
    inputs: dict[JsonPath, dict[SessionInput, None]] = attrs.field(factory=dict)
    links: dict[tuple[QualifiedKey, str], None] = attrs.field(factory=dict)
    companions: dict[str, None] = attrs.field(factory=dict)
    self_linked: bool = False

    @property
    def all_inputs(self) -> tuple[SessionInput, ...]:
        """Return the session inputs of all paths."""
        return tuple(dict.fromkeys(found for inputs in self.inputs.values() for found in inputs))

    def add(self, term: ConditionTerm, source: ColumnSource) -> None:
        """Add the values and columns with which a term compares the column."""
        sources = term.sources
        self.constants.setdefault(source.path, {}).update(dict.fromkeys(sorted(sources.constants)))
        self.inputs.setdefault(source.path, {}).update(dict.fromkeys(sorted(sources.inputs)))
        for other in sorted(sources.columns):
            if other.relation != source.relation:
                self.links[other.relation, other.column] = None
            elif other.column != source.column:
                self.companions[other.column] = None
        if len(sources.columns) == 1:
            if term.condition:
                self.conditions[term.condition] = None
            elif not sources.constants and not sources.inputs and not source.path:
                self.self_linked = True


@attrs.frozen(eq=False)
class AccessReads:
    """The reads that decide on access to a table.

    Attributes:
        columns: The reads of each column, by table.
        inputs: The constants that each session input is compared with.
        compared: The columns that each session input is compared with.
        unreadable: The routines and calls whose reads are unknown, each with the reason.
        related: The tables that conditions read in sub-selects, views and routines.
        materialized: The materialized views that conditions read, each after those that it reads.
    """

    columns: Mapping[QualifiedKey, Mapping[str, ColumnReads]]
    inputs: Mapping[SessionInput, Mapping[Sql, None]]
    compared: Mapping[SessionInput, Mapping[ColumnSource, None]]
    unreadable: Mapping[str, str]
    related: Collection[QualifiedKey] = ()
    materialized: Sequence[QualifiedKey] = ()

    def of(self, relation: QualifiedKey) -> Mapping[str, ColumnReads]:
        """Return the reads of the columns of a table."""
        return self.columns.get(relation, {})

    def list_relations(self) -> set[QualifiedKey]:
        """Return the relations that conditions read."""
        return {*self.columns, *self.related, *self.materialized}

    def restrict(self, present: Mapping[QualifiedKey, Collection[str]]) -> AccessReads:
        """Return the reads of the relations and columns of one state; the conditions may be those of several states.

        Args:
            present: The columns of each relation of the state.
        """
        return attrs.evolve(
            self,
            columns={
                relation: {
                    column: attrs.evolve(
                        read, links={link: None for link in read.links if link[1] in present.get(link[0], ())}
                    )
                    for column, read in reads.items()
                    if column in present[relation]
                }
                for relation, reads in self.columns.items()
                if relation in present
            },
            compared={
                session_input: {
                    source: None for source in sources if source.column in present.get(source.relation, ())
                }
                for session_input, sources in self.compared.items()
            },
            related=[relation for relation in self.related if relation in present],
            materialized=[relation for relation in self.materialized if relation in present],
        )


def collect_reads(reader: ConditionReader, terms: Iterable[ConditionTerm] = ()) -> AccessReads:
    """Collect the reads from the terms that a reader has found, and from further terms."""
    columns: dict[QualifiedKey, dict[str, ColumnReads]] = {}
    inputs: dict[SessionInput, dict[Sql, None]] = {}
    compared: dict[SessionInput, dict[ColumnSource, None]] = {}
    for term in (*reader.terms, *terms):
        for source in sorted(term.sources.columns):
            reads = columns.setdefault(source.relation, {}).setdefault(source.column, ColumnReads())
            reads.add(term, source)
        for session_input in sorted(term.sources.inputs):
            inputs.setdefault(session_input, {}).update(dict.fromkeys(sorted(term.sources.constants)))
            compared.setdefault(session_input, {}).update(dict.fromkeys(sorted(term.sources.columns)))
    return AccessReads(
        columns, inputs, compared, dict(reader.unreadable), tuple(reader.related), tuple(reader.materialized)
    )
