"""Probe unique keys and exclusion constraints with pairs of rows that conflict, and pairs that do not.

Postgres evaluates for each pair, from the declared elements and without the index, whether the rows conflict.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import PrimaryKey, Unique
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.probes.answers import ProbeResult, format_values
from schema_dsl.verify.probes.condition_rows import ProbeRow, judge_rows
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.rows import RowError
from schema_dsl.verify.rows.table_description import PARTITION_BOUNDS, TableDescription
from schema_dsl.verify.rows.value_choice import domain_candidates
from schema_dsl.verify.values import Condition, candidate_values, distinct_value
from schema_dsl.verify.values.neighbors import typical_values

_FIRST_NUMBER = 900_000
_MOST_PER_RESULT = 3
_MOST_FIRST_ROWS = 20
# Bounds that use one column are considered where its values are listed.
_SEVERAL = 2
_MOST_OPTIONS = 20
_MOST_BOUNDED_ROWS = 400


@attrs.frozen(kw_only=True)
class PairRule:
    """A constraint on pairs of rows: a unique constraint, primary key, unique index or exclusion constraint.

    Attributes:
        identity: The identity of the object.
        elements: Pairs of a column or expression, and an operator; None for the equality of the type.
        sqlstate: The SQLSTATE of a violation.
        nulls_not_distinct: Whether NULLs count as equal.
        where: The condition of a partial index.
        deferrable: Whether the constraint is DEFERRABLE.
        initially_deferred: Whether the constraint is INITIALLY DEFERRED.
    """

    identity: Identity
    elements: tuple[tuple[str | Sql, str | None], ...]
    sqlstate: str
    nulls_not_distinct: bool = False
    where: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False

    @property
    def expressions(self) -> tuple[Sql, ...]:
        """Return the elements as SQL."""
        return tuple(on if isinstance(on, Sql) else identifier(on) for on, _ in self.elements)


def list_key_elements(key: PrimaryKey | Unique) -> tuple[tuple[str, str | None], ...]:
    """Return the elements of a key: WITHOUT OVERLAPS compares the last column by &&."""
    last = len(key.columns) - 1
    return tuple(
        (column, "OPERATOR(pg_catalog.&&)" if key.without_overlaps and place == last else None)
        for place, column in enumerate(key.columns)
    )


def probe_pairs(sandbox: Sandbox, rule: PairRule) -> ProbeResult:
    """Probe whether a constraint refuses rows that conflict with another row, and accepts all others."""
    result = ProbeResult()
    row = sandbox.condition_of(rule.identity, f"ROW({', '.join((*rule.expressions, rule.where or 'true'))})")
    with sandbox.isolated(rule.identity) as relation:
        pairs = _Pairs(sandbox, rule, relation, row, result)
        with result.trying(rule.identity):
            pairs.probe()
    return result


@attrs.define(eq=False)
class _Pairs:
    """The probe of one constraint, in the isolation of the constraint.

    Attributes:
        sandbox: The sandbox.
        rule: The constraint.
        relation: The table.
        row: The columns that the elements and the condition use.
        result: The result.
    """

    sandbox: Sandbox
    rule: PairRule
    relation: TableDescription
    row: Condition
    result: ProbeResult

    def probe(self) -> None:
        """Try pairs of rows, pairs of NULLs, and the deferral of the constraint."""
        first = self._choose_first()
        if first is None:
            self.result.untried.append(
                f"{self.rule.identity}: found no row that matches WHERE {self.rule.where}"
            )
            return
        self._try_seconds(first, f"a second {format_values(first)}", [first])
        for on, _ in self.rule.elements:
            accepted = self.result.accepted
            for names in self._list_changes(on):
                self._try_seconds(first, "", self._change(first, names))
            if self.result.accepted == accepted and not self.result.failures:
                self.result.untried.append(
                    f"{self.rule.identity}: found no row that differs from {format_values(first)} only in {on}, "
                    "and that the declaration accepts"
                )
        for name in self._list_nullable():
            without = first | {name: None}
            self._try_seconds(without, f"a second NULL in {name} ({format_values(without)})", [without])
        self._try_seconds(first, "", self._list_outside(first))
        if not self.result.refused and not self.result.failures:
            self.result.untried.append(f"{self.rule.identity}: found no two rows that it must refuse")
        self._try_deferral(first)

    def _choose_first(self) -> ProbeRow | None:
        """Return a row that matches the condition and that the table accepts; None if no such row is found."""
        own = [name for name in self.row.slots if name in self._key_columns()]
        values: ProbeRow = {name: self._list_options(name)[0] for name in own}
        if self.rule.where is None:
            return self._choose_inside(values) | {name: None for name in self.row.slots if name not in values}
        candidates = self._list_inside(values)
        for row in itertools.islice(candidates, _MOST_FIRST_ROWS):
            if self.sandbox.try_insert(self.relation, row).accepted:
                return row
        return None

    def _choose_inside(self, values: ProbeRow) -> ProbeRow:
        """Return a row whose values the bounds of partitions, and of partitions of these, accept together.

        A row is better the more of its columns can change alone. Without such a row, return the given one.
        """
        names = [name for name in self._list_bounded() if name in values]
        if len(names) < _SEVERAL:
            return values
        options = (self._list_options(name)[:_MOST_OPTIONS] for name in names)
        rows = [
            values | dict(zip(names, each, strict=True))
            for each in itertools.islice(itertools.product(*options), _MOST_BOUNDED_ROWS)
        ]
        inside = [row for row, is_inside in zip(rows, self._judge_bounds(rows), strict=True) if is_inside]

        def leave_out(row: ProbeRow, name: str) -> tuple[Any, ...]:
            return name, *(value for other, value in row.items() if other != name)

        counts = Counter(leave_out(row, name) for row in inside for name in names)
        return max(
            inside, key=lambda row: sum(counts[leave_out(row, name)] > 1 for name in names), default=values
        )

    def _list_bounded(self) -> list[str]:
        """Return the columns that the bounds of partitions use; none if one of them is not in the rows."""
        bounds = self.relation.checks.get(PARTITION_BOUNDS)
        names = list(dict.fromkeys(parts[-1] for parts in list_columns(bounds))) if bounds else []
        return names if self.row.slots.keys() >= set(names) else []

    def _judge_bounds(self, rows: Sequence[ProbeRow]) -> list[bool | None]:
        slots = {name: self.row.slots[name] for name in self._list_bounded()}
        bounds = self.relation.checks[PARTITION_BOUNDS]
        return self.sandbox.evaluator.truths(bounds, self.relation.name, slots, rows)

    def _list_inside(self, values: ProbeRow) -> list[ProbeRow]:
        """Return rows that match the condition of a partial index, the rows without NULL in the key first."""
        rows = [values | row for row, satisfied in self._judge_where() if satisfied]
        key = self._key_columns()
        return sorted(rows, key=lambda row: sum(value is None for name, value in row.items() if name in key))

    def _list_outside(self, first: ProbeRow) -> list[ProbeRow]:
        """Return rows with the key of a row that do not match the condition of a partial index."""
        return [first | row for row, satisfied in self._judge_where() if not satisfied]

    def _judge_where(self) -> list[tuple[ProbeRow, bool]]:
        if self.rule.where is None:
            return []
        condition = self.sandbox.condition_of(self.rule.identity, self.rule.where)
        nullable = [name for name in condition.slots if self._may_be_null(name)]
        # Unlike a check, a partial index does not contain the rows for which its condition is NULL.
        condition = attrs.evolve(condition, text=f"({condition.text}) IS TRUE")
        rows = judge_rows(self.sandbox.evaluator, condition, nullable, self.sandbox.seed).rows
        return [(row.values, row.satisfied) for row in rows]

    def _key_columns(self) -> set[str]:
        """Return the columns that the elements use, and the columns that their generated columns are computed from."""
        names = {name for expression in self.rule.expressions for name in self._bases(expression)}
        return names & set(self.row.slots)

    def _bases(self, expression: str) -> list[str]:
        names = [parts[-1] for parts in list_columns(expression)]
        computed = [self.row.computed[name] for name in names if name in self.row.computed]
        return [
            *(name for name in names if name not in self.row.computed),
            *(name for text in computed for name in self._bases(text)),
        ]

    def _may_be_null(self, name: str) -> bool:
        # In isolation, the columns of a primary key stay NOT NULL, and so do domains that are.
        field = self.relation.columns[name]
        return not field.not_null and not field.identity

    def _list_nullable(self) -> list[str]:
        """Return the plain elements that are declared nullable."""
        return [
            on
            for on, _ in self.rule.elements
            if not isinstance(on, Sql)
            and on in self.row.slots
            and self.sandbox.is_nullable(self.rule.identity, on)
        ]

    def _list_changes(self, on: str | Sql) -> list[tuple[str, ...]]:
        """Return the sets of columns to change for an element: each column, and all of them, as bounds of a range."""
        names = tuple(
            dict.fromkeys(
                name
                for name in self._bases(on if isinstance(on, Sql) else identifier(on))
                if name in self.row.slots
            )
        )
        return list(dict.fromkeys([*((name,) for name in names), names]))

    def _change(self, first: ProbeRow, names: Sequence[str]) -> list[ProbeRow]:
        """Return a row with other values of some columns, those first that the bounds of partitions accept."""
        rows = self._change_freely(first, names)
        if len(self._list_bounded()) < _SEVERAL:
            return rows
        order = sorted(zip(rows, self._judge_bounds(rows), strict=True), key=lambda pair: not pair[1])
        return [row for row, _ in order]

    def _change_freely(self, first: ProbeRow, names: Sequence[str]) -> list[ProbeRow]:
        if len(names) == 1:
            [name] = names
            values = [*self._list_options(name), *([None] if self._may_be_null(name) else [])]
            text = first[name]
            if text is not None and self.row.slots[name].type.base_type.category == "S":
                # An expression such as lower() is equal for different texts.
                values.insert(0, text.upper())
            return [first | {name: value} for value in dict.fromkeys(values) if value != text]
        columns = [self._list_options(name)[1:] for name in names]
        return [first | dict(zip(names, values, strict=True)) for values in zip(*columns, strict=False)]

    def _list_options(self, name: str) -> list[str]:
        """Return values for a column, distinct values first.

        Raises:
            RowError: If there is no value.
        """
        slot = self.row.slots[name]
        # Later columns get greater values, because two columns can be the bounds of a range.
        step = list(self.relation.columns).index(name)
        distinct = [
            distinct_value(slot.type, slot.modifier, _FIRST_NUMBER + 100 * number + step, name)
            for number in (1, 3, 5, 8)
        ]
        wanted = [literal(text) for text in distinct if text is not None]
        bounds = self.relation.checks.get(PARTITION_BOUNDS)
        sources = (*self.rule.expressions, self.rule.where or "true", *self.row.computed.values())
        for source in (*sources, *([bounds] if bounds else [])):
            wanted += candidate_values(source, self.row.slots).get(name, ())
        wanted += [*domain_candidates(slot), *typical_values(slot)]
        texts = self.sandbox.evaluator.texts([(value, slot) for value in dict.fromkeys(wanted)])
        found = [text for text in dict.fromkeys(texts) if text is not None]
        if not found:
            raise RowError(f"no value of type {slot.written} is known for column {name}")
        return self._put_inside_first(found, name, bounds) if bounds else found

    def _put_inside_first(self, texts: list[str], name: str, bounds: str) -> list[str]:
        """Return values of a column, those first that the bounds of partitions accept if they use no other column."""
        if {parts[-1] for parts in list_columns(bounds)} != {name}:
            return texts
        rows = [{name: text} for text in texts]
        slots = {name: self.row.slots[name]}
        inside = self.sandbox.evaluator.truths(bounds, self.relation.name, slots, rows)
        order = sorted(zip(texts, inside, strict=True), key=lambda pair: not pair[1])
        return [text for text, _ in order]

    def _try_seconds(self, first: ProbeRow, what: str, seconds: Sequence[ProbeRow]) -> None:
        """Insert rows beside a first row, and compare the answers with the declaration.

        Args:
            first: The first row.
            what: A description of the second row for messages, instead of its values.
            seconds: The second rows. At most three rows are tried that conflict, and three that do not.
        """
        conflicts = self.sandbox.evaluator.values([self._conflict(first, second) for second in seconds])
        for expected in (True, False):
            rows = [row for row, conflict in zip(seconds, conflicts, strict=True) if conflict is expected]
            for row in rows[:_MOST_PER_RESULT]:
                self._try_second(first, row, what or _format_changes(first, row), conflict=expected)

    def _try_second(self, first: ProbeRow, second: ProbeRow, what: str, *, conflict: bool) -> None:
        def act() -> None:
            self.sandbox.insert(self.relation, first)
            self.sandbox.insert(self.relation, second)

        rule, answer = self.rule, self.sandbox.try_action(act)
        beside = what if second == first else f"{what} beside {format_values(first)}"
        if answer.is_refused_by(rule.sqlstate, rule.identity.name):
            self.result.expect_refused(
                conflict, f"{rule.identity} refuses {beside}, but the declaration accepts it"
            )
            if conflict:
                self._expect_deferred(answer.deferred)
        elif answer.accepted:
            self.result.expect_accepted(
                not conflict, f"{rule.identity} must refuse {beside}, but the row is accepted"
            )
        elif answer.is_of_table:
            self.result.failures.append(
                f"{rule.identity} must {'refuse' if conflict else 'accept'} {beside}, but the row is {answer}"
            )

    def _expect_deferred(self, deferred: bool) -> None:  # noqa: FBT001
        rule = self.rule
        if deferred is not rule.initially_deferred:
            self.result.failures.append(
                f"{rule.identity} is INITIALLY {'DEFERRED' if deferred else 'IMMEDIATE'}, "
                f"but is declared INITIALLY {'IMMEDIATE' if deferred else 'DEFERRED'}"
            )

    def _conflict(self, first: ProbeRow, second: ProbeRow) -> Sql:
        """Return SQL for whether two rows conflict by the declaration."""
        conditions = []
        for expression, (_, operator) in zip(self.rule.expressions, self.rule.elements, strict=True):
            one, other = (self.row.on(row, expression) for row in (first, second))
            if operator is not None:
                conditions.append(f"({one} {operator} {other})")
                continue
            # DISTINCT uses the equality of the type's index, which the search path may not show as an operator.
            both = f"(VALUES ({one}), ({other})) AS pair (value)"
            conditions.append(f"((SELECT count(*) FROM (SELECT DISTINCT value FROM {both}) AS one) = 1)")  # noqa: S608
            if not self.rule.nulls_not_distinct:
                conditions.append(f"num_nulls({one}, {other}) = 0")
        conditions += [f"({self.row.on(row, self.rule.where or 'true')})" for row in (first, second)]
        return Sql(f"({' AND '.join(conditions)}) IS TRUE")

    def _try_deferral(self, first: ProbeRow) -> None:
        """Probe whether a constraint can be deferred exactly if the constraint is declared DEFERRABLE."""
        rule = self.rule
        if rule.identity.kind == "index":
            return
        name = qualified(self.relation.schema, rule.identity.name)
        if not rule.deferrable:
            answer = self.sandbox.try_action(lambda: None, defer=name)
            self.result.expect_refused(
                not answer.accepted, f"{rule.identity} can be deferred, but is not declared DEFERRABLE"
            )
            return

        def act() -> None:
            for _ in range(2):
                self.sandbox.insert(self.relation, first)

        answer = self.sandbox.try_action(act, defer=name)
        self.result.expect_refused(
            answer.is_refused_by(rule.sqlstate, rule.identity.name) and answer.deferred,
            f"{rule.identity} is declared DEFERRABLE, but cannot be deferred: a second row is {answer}",
        )


def _format_changes(first: ProbeRow, second: ProbeRow) -> str:
    return format_values({name: value for name, value in second.items() if value != first[name]})
