"""Supply the values of columns that conditions distinguish, with the related rows that give the values a meaning."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Connection
from schema_dsl.sql import literal
from schema_dsl.verify.access.column_values import DistinguishingValues, embed_id
from schema_dsl.verify.access.input_values import InputValues
from schema_dsl.verify.access.persons import Person
from schema_dsl.verify.access.provenance import ROLE_INPUT
from schema_dsl.verify.access.reads import AccessReads, ColumnReads
from schema_dsl.verify.access.row_kinds import ColumnOption, RowKind, combine_options, describe_kind
from schema_dsl.verify.access.row_rules import OwnerPath
from schema_dsl.verify.access.sampling import TrialLimits
from schema_dsl.verify.access.table_links import TableLinks, table_name
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.rows.statements import find_row
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription
from schema_dsl.verify.values import distinct_value

_FIRST_KEY: Final = 90_000
OWNER_WEIGHT: Final = 100


@attrs.define(eq=False)
class RelatedRows:
    """Finds the options of columns, and inserts the rows of other tables that the options need.

    A row of a related table is either about a row of the table under test (a membership in its account) or about a
    caller (a profile, which each user has once).

    Attributes:
        connection: The connection.
        rows: The builder of rows.
        reads: The reads that decide on access.
        values: Chooses values on both sides of conditions.
        inputs: The values of session inputs for the owner and for another user.
        links: The links between rows of tables.
        limits: The largest numbers of trials.
    """

    connection: Connection
    rows: RowBuilder
    reads: AccessReads
    values: DistinguishingValues
    inputs: InputValues
    links: TableLinks
    limits: TrialLimits
    _person_rows: dict[tuple[QualifiedKey, str], dict[str, Any] | None] = attrs.field(
        init=False, factory=dict
    )
    _keys: int = attrs.field(init=False, default=_FIRST_KEY)
    _values: dict[str, str | None] = attrs.field(init=False, factory=dict)

    def list_options(
        self,
        table: QualifiedKey,
        base: Mapping[str, str | None],
        visited: Sequence[QualifiedKey],
        *,
        own: OwnerPath | None = None,
        own_column: str = "",
        skipped: Sequence[str] = (),
    ) -> dict[str, list[ColumnOption]]:
        """Return the options of each column of a table that conditions or foreign keys to the users distinguish.

        Args:
            table: The table.
            base: A row of the table, whose values come first.
            visited: The tables whose rows depend on this row, and the table itself.
            own: The path from a row to its owner.
            own_column: The owner column.
            skipped: The columns that are fixed.
        """
        described = self.rows.tables.by_name(table)
        reads = dict(self.reads.of(table))
        for column in (*self.links.list_user_columns(described), own_column):
            if column:
                reads.setdefault(column, ColumnReads())
        options: dict[str, list[ColumnOption]] = {}
        for column, read in reads.items():
            if ROLE_INPUT in read.all_inputs:
                names = map(literal, self.inputs.list_role_names())
                read.constants.setdefault((), {}).update(dict.fromkeys(names))
            field = described.columns.get(column)
            if field is None or field.generated or column in skipped:
                continue
            if own is not None and column == own_column:
                found = list(self._owner_options(own))
            else:
                found = list(self._person_options(described, field, read))
            found += self._link_options(described, field, read, visited)
            plain = list(self._value_options(described, field, read, base, only_listed=bool(found)))
            # The first option is the common one. It must not give access, or it would hide the effects of the others.
            options[column] = [*found, *plain] if column == own_column else [*plain, *found]
        return {column: found for column, found in options.items() if found}

    def supply_values(
        self, table: TableDescription, kind: RowKind, renewed: Collection[str]
    ) -> dict[str, str | None]:
        """Return the values of a row of a kind, and insert the rows that they refer to.

        Where a foreign key has several columns, the values agree on the referenced row.

        Args:
            table: The table.
            kind: The kind.
            renewed: The columns that get another value for each row, if they have one with the same meaning.

        Raises:
            RowError: If a referenced row cannot be built.
        """
        # A referenced row is built last, with the other columns of its foreign key.
        tied = {column for column in kind if self.links.is_tied(table, column)}
        self._values = {}
        for column in sorted(kind, key=lambda each: each in tied):
            renew = column in renewed or column in tied
            self._values[column] = kind[column].supply(renew=renew)
        for key in table.foreign_keys:
            given = {target: self._values.get(column) for column, target in key.pairs}
            if len(key.pairs) > 1 and None not in given.values():
                referenced = self.rows.tables.by_oid(key.target)
                if find_row(self.connection, referenced, given) is None:
                    self.rows.insert_row(table_name(referenced), **given)
        return self._values

    def insert_person_row(self, table: QualifiedKey, person: Person) -> dict[str, Any] | None:
        """Insert the row of a table that is about a person, once; return None if that is not possible."""
        key = (table, person.id)
        if key not in self._person_rows:
            self._person_rows[key] = None
            given = dict.fromkeys(self.links.list_identity_columns(table), person.id)
            described = self.rows.tables.by_name(table)
            for column, (related, linked) in self.links.list_linked_columns(table).items():
                given[column] = self._new_key(described, described.columns[column], related, linked)
            self._person_rows[key] = self._insert(table, given)
        return self._person_rows[key]

    def list_person_kinds(self, table: QualifiedKey) -> list[RowKind]:
        """Return the kinds of rows of a table that are about a caller."""
        linked = self.links.list_linked_columns(table) if self.links.find_person_key(table) else {}
        options = self.list_options(
            table, {}, (table,), skipped=(*self.links.list_identity_columns(table), *linked)
        )
        for column in linked:
            options[column] = [*self._person_links(table, column), ColumnOption("is NULL", lambda: None)]
        return list(combine_options(options, (), self.limits.related, self.limits.seed).kinds)

    def insert_person_kind(self, table: QualifiedKey, person: str, kind: RowKind) -> bool:
        """Insert a row about a person; return whether that was possible."""
        given = {column: option.supply() for column, option in kind.items()}
        return (
            self._insert(table, {**dict.fromkeys(self.links.list_identity_columns(table), person), **given})
            is not None
        )

    def _owner_options(self, path: OwnerPath) -> Iterator[ColumnOption]:
        """Yield a row of the owner, and a row of another user."""
        factory, (owner, another) = self.inputs.factory, self.inputs.persons
        yield ColumnOption(f"is {owner.possessive}", lambda: factory.supply(path, owner.id), is_personal=True)
        create = _first_then(another.id, lambda: factory.create(path.table, path.column))
        yield ColumnOption(
            f"is {another.possessive}",
            lambda: factory.supply(path, create()),
            renewable=True,
            is_personal=True,
        )

    def _person_options(
        self, table: TableDescription, field: ColumnDescription, read: ColumnReads
    ) -> Iterator[ColumnOption]:
        """Yield the values of a column that contain the id, or another claim, of the owner and of another user."""
        inputs = dict.fromkeys(read.all_inputs)
        if field.name in self.links.list_user_columns(table) and self.inputs.identity is not None:
            inputs[self.inputs.identity] = None
        kind = field.slot.type.base_type
        if kind.category not in "USNA" or kind.typtype == "e":
            return
        for session_input in inputs:
            if session_input == ROLE_INPUT and not self.inputs.is_identity(session_input):
                continue
            what = "id" if self.inputs.is_identity(session_input) else str(session_input)
            for number, person in reversed(list(enumerate(self.inputs.persons))):
                own_id, other_id = (self.inputs.value(session_input, each) for each in (number, 1 - number))
                for text in embed_id(field, read, own_id, other_id):
                    label = f"is {person.possessive} {what}"
                    if text != own_id:
                        others = self.inputs.persons[1 - number].possessive
                        shown = text.replace(own_id, f"<{person.possessive} {what}>")
                        label = f"is {literal(shown.replace(other_id, f'<{others} {what}>'))}"
                    renewable = bool(number) and text == own_id and self.inputs.is_identity(session_input)
                    create = (
                        _first_then(own_id, lambda: self.inputs.factory.create(table_name(table), field.name))
                        if renewable
                        else _constantly(text)
                    )
                    # More than the number of conditions on constants.
                    weight = 0 if number else OWNER_WEIGHT
                    yield ColumnOption(label, create, renewable, is_personal=True, weight=weight)

    def _link_options(
        self,
        table: TableDescription,
        field: ColumnDescription,
        read: ColumnReads,
        visited: Sequence[QualifiedKey],
    ) -> Iterator[ColumnOption]:
        """Yield the values of a column that lead to each kind of row of a related table."""
        name, column = table_name(table), field.name
        links = dict(read.links)
        if read.self_linked and name in self.reads.related and visited.count(name) == 1:
            links[name, column] = None
        for related, linked in links:
            if (related in visited and related != name) or related not in self.reads.related:
                continue
            if related == name and visited.count(name) > 1:
                continue
            if self.links.find_person_key(related):
                yield from self._person_links(related, linked, f" {related[1]}")
                # A row about another user gives access if a condition does not test the user of the row.
                others = self.links.find_person_key(related)
                if set(self.reads.of(related)).difference(others, [linked]):
                    yield from self._row_links(table, field, related, linked, visited, skipped=others)
            else:
                yield from self._row_links(table, field, related, linked, visited)

    def _person_links(self, related: QualifiedKey, linked: str, what: str = "") -> Iterator[ColumnOption]:
        """Yield the values of a column in the rows about the owner and about another user."""
        for person in self.inputs.persons:
            row = self.insert_person_row(related, person)
            if row is not None and row.get(linked) is not None:
                label = f"is {person.possessive}{what} {linked}"
                weight = OWNER_WEIGHT if person is self.inputs.persons[0] else 0
                yield ColumnOption(label, _constantly(str(row[linked])), is_personal=True, weight=weight)

    def _row_links(
        self,
        table: TableDescription,
        field: ColumnDescription,
        related: QualifiedKey,
        linked: str,
        visited: Sequence[QualifiedKey],
        *,
        skipped: Sequence[str] = (),
    ) -> Iterator[ColumnOption]:
        """Yield the values of a column that lead to a row of each kind, which differ in all but the skipped columns."""
        tied = self.links.list_tied_columns(table, field.name, related, linked)
        varied = self.reads.of(table_name(table))
        given_by_row = {there: here for here, there in tied.items() if here in varied}
        options = self.list_options(
            related, {}, (*visited, related), skipped=(linked, *skipped, *given_by_row)
        )
        is_reference = bool(tied) or self.links.find_target(table, field.name) == (related, linked)
        crossed = [column for column in self.links.list_identity_columns(related) if column not in skipped]
        kinds = combine_options(options, crossed, self.limits.related, self.limits.seed).kinds or [{}]

        def insert(kind: RowKind) -> str:
            given = {column: option.supply() for column, option in kind.items()}
            given |= {
                there: self._values[here] for there, here in given_by_row.items() if here in self._values
            }
            if not is_reference:
                given[linked] = self._new_key(table, field, related, linked)
            row = self._insert(related, given)
            if row is None or row.get(linked) is None:
                raise RowError(f"cannot build a row of {'.'.join(related)} where {describe_kind(kind)}")
            return str(row[linked])

        if not is_reference:
            yield ColumnOption(
                f"is not in {related[1]}",
                lambda: self._new_key(table, field, related, linked),
                renewable=True,
            )
        for kind in kinds:
            described = describe_kind(kind, options)
            label = f"is in {related[1]} ({described})" if described else f"is in {related[1]}"
            weight = 1 + sum(option.weight for option in kind.values())
            yield ColumnOption(label, _bind(insert, kind), renewable=True, is_personal=True, weight=weight)

    def _value_options(
        self,
        table: TableDescription,
        field: ColumnDescription,
        read: ColumnReads,
        base: Mapping[str, str | None],
        *,
        only_listed: bool,
    ) -> Iterator[ColumnOption]:
        """Yield the values on both sides of each condition. For a column with ids, only NULL and constants matter."""
        listed: set[str | None] = set()
        if only_listed:
            # A check may allow no other values.
            constants = self.values.list_constants(field, read)
            listed = {None, *constants, *self.rows.list_candidates(table, field.name)}
        chosen = self.values.choose(table, field.name, read, base)
        for value in sorted(chosen, key=lambda found: found.weight):
            if value.text in listed or not only_listed:
                yield ColumnOption(value.label, _constantly(value.text), weight=value.weight)

    def _insert(self, table: QualifiedKey, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """Insert a row, or find the row that a unique key allows only once; return None if neither is possible."""
        try:
            return self.rows.insert_row(table, **given)
        except RowError:
            known = {column: value for column, value in given.items() if value is not None}
            return find_row(self.connection, self.rows.tables.by_name(table), known) if known else None

    def _new_key(
        self, table: TableDescription, field: ColumnDescription, related: QualifiedKey, linked: str
    ) -> str:
        """Return a value that links a row of the table to a row of a related table."""
        for here, column in ((table, field.name), (self.rows.tables.by_name(related), linked)):
            target = self.links.find_target(here, column)
            if target is not None and target[0] != table_name(table):
                return str(self.rows.insert_row(target[0])[target[1]])
        self._keys += 2
        value = distinct_value(field.slot.type, field.slot.modifier, self._keys, "key")
        if value is None:
            raise RowError(f"cannot generate a value of type {field.slot.written} for column {field.name}")
        return value


def _constantly(text: str | None) -> Callable[[], str | None]:
    return lambda: text


def _bind(insert: Callable[[RowKind], str], kind: RowKind) -> Callable[[], str]:
    return lambda: insert(kind)


def _first_then(first: str, create: Callable[[], str]) -> Callable[[], str]:
    """Return a function that returns a known value at first, and then new ones."""
    values = itertools.chain([first], iter(create, None))
    return lambda: next(values)
