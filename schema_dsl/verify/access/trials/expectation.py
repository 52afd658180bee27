"""Find which rows satisfy which rules of the declared access, without the policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs
import psycopg

from schema_dsl.errors import PostgresError
from schema_dsl.model.access import Access, MatchingRows, MemberRows, RowRule
from schema_dsl.postgres import last_result
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable
from schema_dsl.verify.access.trial import Caller
from schema_dsl.verify.access.trials.attempt import set_parameters

Satisfied: TypeAlias = frozenset[RowRule]
"""The rules that a row satisfies for a caller."""

# A condition that names something that does not exist is a fault in the definitions. Any other error is the
# condition's answer for a row or for the session of a caller, such as a parameter that the session has not set.
_FAULTY: Final = "42"
_NOT_FAULTY: Final = frozenset({"42501", "42704"})


@attrs.frozen(eq=False)
class Expectation:
    """Evaluates the rules of an access as a superuser, with the session parameters of a caller.

    Attributes:
        fixture: The table with its fixture rows.
        access: The declared access.
        forced: The tables with FORCE ROW LEVEL SECURITY, which also hides rows from SECURITY DEFINER functions.
    """

    fixture: FixtureTable
    access: Access
    forced: Sequence[Sql] = ()

    @property
    def conditions(self) -> list[RowRule]:
        """Return the rules that are conditions on rows."""
        return [rule for rule in self.access.rules if isinstance(rule, MatchingRows | MemberRows)]

    def of_stored(self, caller: Caller, rows: Mapping[str, FixtureRow]) -> dict[str, Satisfied]:
        """Return the rules that each row satisfies that is stored at the savepoint "rows", by location."""
        name = identifier(self.fixture.table.name)
        key = f"{name}.tableoid::text || {name}.ctid::text"
        found = self._evaluate(caller, key, f"{self.fixture.name} AS {name}", "rows")
        return {
            location: _add_owner(caller, row, found.get(location, frozenset()))
            for location, row in rows.items()
        }

    def of_new(self, caller: Caller, rows: Sequence[FixtureRow], savepoint: str) -> list[Satisfied]:
        """Return the rules that each row satisfies that is not stored, in the state of a savepoint."""
        found = self._evaluate(caller, "new_row.number::text", self._source(rows), savepoint) if rows else {}
        return [
            _add_owner(caller, row, found.get(str(number), frozenset())) for number, row in enumerate(rows)
        ]

    def complete(self, rows: Sequence[FixtureRow]) -> list[FixtureRow]:
        """Return changed rows with the values of their generated columns, and with their owners."""
        if not rows:
            return []
        fixture, table = self.fixture, self.fixture.table
        names = [column.name for column in fixture.columns]
        path = fixture.fixture.path
        owner = "NULL" if path is None else path.owner_of(table.name)
        texts = ", ".join(f"{identifier(table.name)}.{identifier(name)}::text" for name in names)
        selected = f"SELECT {owner}, {texts} FROM {self._source(rows)} ORDER BY new_row.number"
        query = f"ROLLBACK TO SAVEPOINT rows; {selected}"
        found = last_result(fixture.connection.execute(query.encode())).fetchall()
        return [
            FixtureRow(dict(zip(names, values, strict=True)), row.labels, owner_id)
            for row, (owner_id, *values) in zip(rows, found, strict=True)
        ]

    def _source(self, rows: Sequence[FixtureRow]) -> str:
        """Return FROM items for rows that are not stored, under the name of the table."""
        table = self.fixture.table
        name, row_type = identifier(table.name), qualified(table.schema, table.name)
        columns = self.fixture.columns
        values = ", ".join(
            f"({number}, ROW({', '.join(literal(row.values[column.name]) for column in columns)})::{row_type})"
            for number, row in enumerate(rows)
        )
        given = f"(VALUES {values}) AS new_row (number, value)"
        value = "new_row.value"
        if any(column.generation for column in columns):
            computed = ", ".join(
                f"({column.generation})" if column.generation else identifier(column.name)
                for column in columns
            )
            # The expressions name the columns without a qualifier.
            given += (
                f", LATERAL (SELECT ROW({computed})::{row_type} AS value FROM unnest(ARRAY[new_row.value])) "
                "AS computed_row"
            )
            value = "computed_row.value"
        # A function in FROM, so that the name of the table stands for a row of its type.
        return f"{given}, unnest(ARRAY[{value}]) AS {name}"

    def _evaluate(self, caller: Caller, key: str, source: str, savepoint: str) -> dict[str, Satisfied]:
        """Evaluate all conditions in one query; after an error, each alone."""
        rules = self.conditions
        if not rules:
            return {}
        results = self._query(caller, key, source, savepoint, rules)
        if results is not None:
            return results
        merged: dict[str, Satisfied] = {}
        for rule in rules:
            alone = self._query(caller, key, source, savepoint, [rule])
            for row, satisfied in (alone or {}).items():
                merged[row] = merged.get(row, frozenset()) | satisfied
        return merged

    def _query(
        self, caller: Caller, key: str, source: str, savepoint: str, rules: Sequence[RowRule]
    ) -> dict[str, Satisfied] | None:
        """Return the satisfied rules of each row; None if a condition fails."""
        fixture = self.fixture
        role = caller.member_role or caller.role
        conditions = [fixture.fixture.rules.condition(rule, caller.id, role) for rule in rules]
        selected = ", ".join(f"({condition}) IS TRUE" for condition in conditions)
        parts = [
            f"ROLLBACK TO SAVEPOINT {savepoint}",
            *(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY" for name in self.forced),
            set_parameters(caller.parameters),
            f"SELECT {key}, {selected} FROM {source}",
        ]
        try:
            cursor = fixture.connection.execute("; ".join(part for part in parts if part).encode())
        except psycopg.Error as error:
            state = error.sqlstate or ""
            if len(rules) == 1 and state.startswith(_FAULTY) and state not in _NOT_FAULTY:
                raise PostgresError(
                    f"access of {fixture.table.name}: the condition of {rules[0]} fails: {error.diag.message_primary}",
                    instead=f"Correct the condition: {conditions[0]}",
                ) from error
            return None
        return {str(row): _select(rules, values) for row, *values in last_result(cursor).fetchall()}


def _select(rules: Sequence[RowRule], values: Sequence[Any]) -> Satisfied:
    return frozenset(rule for rule, holds in zip(rules, values, strict=True) if holds)


def _add_owner(caller: Caller, row: FixtureRow, satisfied: Satisfied) -> Satisfied:
    is_own = caller.id is not None and row.owner == caller.id
    return satisfied | ({"own", "all"} if is_own else {"all"})


def list_forced_tables(fixture: FixtureTable) -> list[Sql]:
    """Return the tables with FORCE ROW LEVEL SECURITY among the tables that decide on the access to a table."""
    table = fixture.table
    names = {(table.schema, table.name), *fixture.fixture.reads.related}
    names |= {fixture.fixture.rules.membership_table(rule) for rule in fixture.fixture.rules.members}
    found = fixture.connection.execute(
        _FORCED, [[str(qualified(*name)) for name in sorted(names)]]
    ).fetchall()
    return [qualified(schema, name) for schema, name in found]


_FORCED: Final = """
    SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relforcerowsecurity
        AND c.oid IN (SELECT pg_catalog.to_regclass(name)::oid FROM unnest(%s::text[]) AS name)
"""
