"""The conditions of policies that no trial has seen true, or none has seen false, with its rows and callers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node, deparse_expression, parse_expression, walk
from schema_dsl.parsing.grammar import unwrap
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.access.fixtures.fixture_rows import LOCATION, FixtureRow, FixtureTable
from schema_dsl.verify.access.reads.database_code import DatabaseCode, PolicyCode
from schema_dsl.verify.access.reads.nested_sides import NestedReader
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import Caller
from schema_dsl.verify.access.trials.attempt import Attempt, join_statements

_VARIABLE: Final = frozenset({"ColumnRef", "FuncCall", "SubLink", "SQLValueFunction"})


@attrs.frozen
class ConditionSide:
    """A result of a condition that trials have to observe before they prove anything about the condition.

    Attributes:
        condition: The condition: an operand of AND, OR and NOT in a policy.
        holds: Whether the condition has to be true; otherwise, false or NULL.
        query: The condition on rows that shows this side. An operand of OR has to be true by itself.
        is_nested: Whether the condition is in a sub-select or a function of a policy.
        setup: The statements that create the functions that the query calls.
    """

    condition: Sql
    holds: bool
    query: Sql
    is_nested: bool = False
    setup: tuple[Sql, ...] = ()


@attrs.define(eq=False)
class UnseenSides:
    """The sides of the conditions of a table's policies that no row and no caller has shown so far.

    Attributes:
        fixture: The table with its fixture rows.
        missing: The sides.
        schemas: The schemas of the routines that policies may call.
    """

    fixture: FixtureTable
    missing: dict[ConditionSide, None]
    schemas: frozenset[str] = frozenset()

    def observe(self, client: ClientRole, caller: Caller, rows: Mapping[str, FixtureRow]) -> None:
        """Evaluate the conditions as a caller on the rows at the savepoint "rows".

        Args:
            client: The client role of the caller.
            caller: The caller.
            rows: The stored rows, by location.
        """
        if not self.missing:
            return
        name = self.fixture.name
        # The caller must read all rows of this table. Policies still apply to the tables that helper functions read.
        setup = (
            f"GRANT SELECT ON TABLE {name} TO {identifier(caller.member_role or client.name)}; "
            f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"
        )
        attempt = Attempt(fixture=self.fixture, client=client, caller=caller, setup_sql=setup)
        plain = [side for side in self.missing if not side.is_nested]
        self._observe_sides(attempt, plain, rows)
        inner = [side for side in self.missing if side.is_nested]
        if inner:
            # Policies hide rows of other tables, and with them the rows that a condition on these tables excludes.
            opened = [self._open_related(caller.member_role or client.name)]
            opened += [statement for side in inner for statement in side.setup]
            attempt = attrs.evolve(attempt, setup_sql=join_statements(setup, *opened))
            self._observe_sides(attempt, inner, rows)

    def _open_related(self, role: str) -> str:
        """Return statements that let a role read all rows of the tables that policies read."""
        name, related = identifier(role), sorted(self.fixture.fixture.reads.related)
        schemas = sorted({schema for schema, _ in related} | {self.fixture.table.schema} | self.schemas)
        return join_statements(
            *(f"GRANT USAGE ON SCHEMA {identifier(schema)} TO {name}" for schema in schemas),
            *(f"GRANT SELECT ON TABLE {qualified(*each)} TO {name}" for each in related),
            *(f"ALTER TABLE {qualified(*each)} DISABLE ROW LEVEL SECURITY" for each in related),
        )

    def _observe_sides(self, attempt: Attempt, sides: Sequence[ConditionSide], rows: Collection[str]) -> None:
        failing = self._find(attempt, [(side, side.query) for side in sides])
        by_row = [
            (side, Sql(f"CASE WHEN {LOCATION} = {literal(location)} THEN {side.query} ELSE false END"))
            for side in failing
            for location in rows
        ]
        for side in self._find(attempt, by_row):
            # An error refuses the row, as a condition that is not true does.
            if not side.holds:
                self.missing.pop(side, None)

    def _find(
        self, attempt: Attempt, queries: Sequence[tuple[ConditionSide, Sql]]
    ) -> dict[ConditionSide, None]:
        """Remove the sides that a query finds, and return those whose query fails."""
        source = f"{self.fixture.name} AS {identifier(self.fixture.table.name)}"
        statements = [Sql(f"SELECT FROM {source} WHERE {query} LIMIT 1") for _, query in queries]
        failing: dict[ConditionSide, None] = {}
        for (side, _), seen in zip(queries, attempt.run_each(statements, "rows"), strict=True):
            if seen.outcome == "filtered":
                continue
            if seen.sqlstate is None:
                self.missing.pop(side, None)
            else:
                failing[side] = None
        return failing

    def describe(self) -> Iterator[str]:
        """Yield a sentence for each condition of which a side is missing."""
        sides: dict[Sql, dict[str, None]] = {}
        for side in self.missing:
            # A part of which a side is missing explains why a side of the whole is missing.
            parts = (other.condition for other in self.missing if other.condition != side.condition)
            whole = side.condition if side.is_nested else side.query
            if not any(part in whole for part in parts):
                place = "in what its policies read or call" if side.is_nested else "in its policies"
                results = sides.setdefault(Sql(f"{side.condition} {place}"), {})
                results["true" if side.holds else "false"] = None
        for condition, results in sides.items():
            yield (
                f"{self.fixture.table.name}: no row and caller that was tried makes {condition} "
                f"{' or '.join(results)}, so nothing shows which rows that condition lets in or keeps out"
            )


def list_sides(policies: Iterable[PolicyCode], code: DatabaseCode) -> dict[ConditionSide, None]:
    """Return the sides of all conditions of policies; constants have none."""
    sides: dict[ConditionSide, None] = {}
    nested = NestedReader(code)
    for policy in policies:
        for condition in policy.conditions:
            sides.update(dict.fromkeys(_read(parse_expression(condition), nested)))
    return sides


def _read(node: Node, nested: NestedReader) -> Iterator[ConditionSide]:
    inner = unwrap(node)
    if inner.DESCRIPTOR.name != "BoolExpr":
        for side in nested.list_sides(node):
            query = Sql(f"({side.operand}) IS TRUE")
            yield ConditionSide(
                condition=side.condition, holds=True, query=query, is_nested=True, setup=side.setup
            )
        if _varies(node):
            text = Sql(deparse_expression(node))
            yield ConditionSide(condition=text, holds=True, query=Sql(f"({text}) IS TRUE"))
            yield ConditionSide(condition=text, holds=False, query=Sql(f"({text}) IS NOT TRUE"))
        return
    operands = list(inner.args)
    for operand in operands:
        yield from _read(operand, nested)
        if enumeration("BoolExprType")[inner.boolop] == "OR_EXPR" and _varies(operand):
            text = Sql(deparse_expression(operand))
            others = [f"({deparse_expression(each)}) IS NOT TRUE" for each in operands if each is not operand]
            alone = Sql(" AND ".join([f"({text}) IS TRUE", *others]))
            yield ConditionSide(condition=text, holds=True, query=alone)


def _varies(node: Node) -> bool:
    return any(each.DESCRIPTOR.name in _VARIABLE for each in walk(node))
