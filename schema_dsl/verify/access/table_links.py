"""The links between rows of tables, by the foreign keys and by the conditions that decide on access."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.verify.access.provenance import SessionInput
from schema_dsl.verify.access.reads import AccessReads
from schema_dsl.verify.rows.table_description import TableDescription, TableDescriptions


@attrs.frozen(eq=False)
class TableLinks:
    """The links of the tables that conditions read.

    Attributes:
        reads: The reads that decide on access.
        tables: The descriptions of the tables.
        identity: The session input that has the id of the caller.
        users: The table of the users.
    """

    reads: AccessReads
    tables: TableDescriptions
    identity: SessionInput | None
    users: QualifiedKey | None

    def is_tied(self, table: TableDescription, column: str) -> bool:
        """Return whether conditions compare a column with the table to which it refers together with other columns."""
        read = self.reads.of(table_name(table)).get(column)
        return read is not None and any(self.list_tied_columns(table, column, *link) for link in read.links)

    def list_tied_columns(
        self, table: TableDescription, column: str, related: QualifiedKey, linked: str
    ) -> dict[str, str]:
        """Return the other columns of a foreign key that contains a column, and the referenced columns."""
        for key in table.foreign_keys:
            if (column, linked) in key.pairs and table_name(self.tables.by_oid(key.target)) == related:
                return {here: there for here, there in key.pairs if here != column}
        return {}

    def list_person_tables(self, table: QualifiedKey) -> list[QualifiedKey]:
        """Return the related tables whose rows are about a caller."""
        reachable = self._reachable(table)
        return [
            related
            for related in self.reads.related
            if self.list_identity_columns(related)
            and (self.find_person_key(related) or related not in reachable)
        ]

    def list_linked_columns(self, table: QualifiedKey) -> dict[str, tuple[QualifiedKey, str]]:
        """Return the columns that conditions compare with columns of other tables."""
        identity = self.list_identity_columns(table)
        return {
            column: next(iter(read.links))
            for column, read in self.reads.of(table).items()
            if read.links and column not in identity
        }

    def find_target(self, table: TableDescription, column: str) -> tuple[QualifiedKey, str] | None:
        """Return the table and column that a foreign key on this column alone references."""
        for key in table.foreign_keys:
            if key.pairs[0][0] == column and len(key.pairs) == 1:
                return table_name(self.tables.by_oid(key.target)), key.pairs[0][1]
        return None

    def list_user_columns(self, table: TableDescription) -> list[str]:
        """Return the columns with a foreign key to the users."""
        targets = {column: self.find_target(table, column) for column in table.columns}
        return [
            column for column, target in targets.items() if target is not None and target[0] == self.users
        ]

    def list_identity_columns(self, table: QualifiedKey) -> list[str]:
        """Return the columns that conditions compare with the id of the caller."""
        return [column for column, read in self.reads.of(table).items() if self.identity in read.all_inputs]

    def find_person_key(self, table: QualifiedKey) -> tuple[str, ...]:
        """Return the columns of a unique key that conditions compare with the caller: a person has one row then."""
        identity = set(self.list_identity_columns(table))
        keys = self.tables.by_name(table).unique_keys.values()
        return next((columns for columns in keys if columns and identity.issuperset(columns)), ())

    def _reachable(self, table: QualifiedKey) -> set[QualifiedKey]:
        """Return the tables whose rows conditions connect with rows of a table."""
        found, pending = {table}, [table]
        while pending:
            for read in self.reads.of(pending.pop()).values():
                for related, _ in read.links:
                    if related not in found:
                        found.add(related)
                        pending.append(related)
        return found


def table_name(table: TableDescription) -> QualifiedKey:
    """Return the schema and name of a table."""
    return table.schema, table.name
