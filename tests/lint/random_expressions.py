"""Random expressions over the table of semantics/setup.sql, mostly invalid or mostly valid."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from schema_dsl.analysis import builtins

_LITERALS = [
    "'x'",
    "1",
    "1.5",
    "NULL",
    "true",
    "'1'",
    "now()",
    "ARRAY[1, 2]",
    "ARRAY['a']",
    "'{}'",
    "'2024-01-01'",
    "row(1, 2)",
    "10000000000",
    "current_date",
    "interval '1 day'",
]
_OPERATORS = "= <> < >= + - * / || -> ->> @> && ~ LIKE ? % #>> <@ AND OR".split()  # noqa: SIM905 - reads better
_TARGETS = (
    "text int uuid jsonb timestamptz date mood numeric boolean text[] int[] interval pos bytea inet".split()  # noqa: SIM905
)
# Expressions by type, in addition to the columns of that type.
_TYPED = {
    "text": [
        "'abc'",
        "lower(t)",
        "t || 'x'",
        "jb ->> 'a'",
        "coalesce(t, 'x')",
        "(SELECT t)",
        "current_user::text",
    ],
    "int4": ["1", "i4 + 1", "length(t)", "twice(i4)", "(SELECT count(*)::int FROM people)"],
    "bool": [
        "i4 > 1",
        "t LIKE 'a%'",
        "t IS NULL",
        "b AND NOT b",
        "m = 'sad'",
        "i4 IN (1, 2)",
        "u = ANY (ua)",
    ],
    "jsonb": ["jb -> 'a'", "'{}'::jsonb", "jsonb_build_object('a', i4)", "jb || jb"],
    "timestamptz": ["now()", "tz + interval '1 day'", "CURRENT_TIMESTAMP", "'2024-01-01'::timestamptz"],
    "interval": ["tz - tz", "interval '2 days'", "age(tz)"],
    "float8": ["1.5::float8", "extract(epoch FROM tz)::float8", "random()"],
    "numeric": ["1.5", "i4 * 1.5", "round(n, 2)", "extract(year FROM d)"],
    "text[]": ["ARRAY['a', 'b']", "string_to_array(t, ',')", "'{a,b}'::text[]"],
    "int4[]": ["ARRAY[1, 2]", "i4a || 3"],
    "uuid": ["gen_random_uuid()"],
}
_POLYMORPHIC = {
    "anyarray": ["ta", "i4a", "ua", "ARRAY[1, 2]"],
    "anycompatiblearray": ["ta", "i4a"],
    "anyrange": ["ir", "tr"],
    "anymultirange": ["mr"],
    "anyenum": ["m"],
}
_WIDENED = {"int8": "i4", "float8": "n", "numeric": "i8", "text": "vc", "timestamptz": "ts", "timestamp": "d"}


class ExpressionGenerator:
    """A generator of expressions, reproducible by its seed; `columns` are the columns of the table with their types."""

    def __init__(self, seed: int, columns: Mapping[str, str | None]) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible
        self._columns = list(columns)
        self._expressions_by_type = {kind: list(values) for kind, values in _TYPED.items()}
        for name, kind in columns.items():
            self._expressions_by_type.setdefault(kind or "", []).append(name)
        self._functions = builtins.list_function_names()
        self._operators = builtins.list_operator_names()

    def arbitrary(self, count: int) -> Iterator[str]:
        """Yield expressions with operands of arbitrary types."""
        for _ in range(count):
            yield self._arbitrary(0)

    def well_typed(self, count: int) -> Iterator[str]:
        """Yield expressions with operands of the types of the function or operator, or of types that cast to them."""
        for _ in range(count):
            yield self._well_typed()

    def _atom(self) -> str:
        return self._random.choice(self._columns if self._random.random() < 0.7 else _LITERALS)

    def _arbitrary(self, depth: int) -> str:
        pick, atom = self._random.choice, self._atom
        if depth > 2:
            return atom()
        makers: list[Callable[[], str]] = [
            atom,
            lambda: f"({self._arbitrary(depth + 1)} {pick(_OPERATORS)} {self._arbitrary(depth + 1)})",
            lambda: f"({self._arbitrary(depth + 1)} {pick(_OPERATORS)} {self._arbitrary(depth + 1)})",
            lambda: f"({atom()} {pick(self._operators)} {atom()})",
            self._arbitrary_call,
            lambda: f"coalesce({atom()}, {atom()})",
            lambda: f"(CASE WHEN {self._arbitrary(depth + 1)} THEN {atom()} ELSE {atom()} END)",
            lambda: f"({atom()} IN ({atom()}, {atom()}))",
            lambda: f"({atom()} BETWEEN {atom()} AND {atom()})",
            lambda: f"({self._arbitrary(depth + 1)})::{pick(_TARGETS)}",
            lambda: f"({atom()} = ANY ({atom()}))",
            lambda: f"ARRAY[{atom()}, {atom()}]",
            lambda: f"{pick(self._columns)}x",
        ]
        return pick(makers)()

    def _arbitrary_call(self) -> str:
        name = self._random.choice(self._functions)
        signature = self._random.choice(builtins.find_functions(name))
        count = max(0, len(signature.arguments) + self._random.choice([0, 0, 0, -1, 1]))
        return f'"{name}"({", ".join(self._atom() for _ in range(count))})'

    def _of(self, kind: str | None) -> str:
        pick = self._random.choice
        if kind in _POLYMORPHIC:
            return pick(_POLYMORPHIC[kind])
        if kind is None or kind.startswith("any"):
            return pick(self._columns)
        known = self._expressions_by_type.get(kind)
        if known and (self._random.random() < 0.8 or kind not in _WIDENED):
            return pick(known)
        return _WIDENED.get(kind, "NULL")

    def _well_typed(self) -> str:
        pick = self._random.choice
        kind = pick(list(self._expressions_by_type))
        makers: list[Callable[[], str]] = [
            self._well_typed_call,
            self._well_typed_call,
            self._well_typed_operation,
            self._well_typed_operation,
            lambda: f"coalesce({self._of(kind)}, {self._of(kind)})",
            lambda: f"(CASE WHEN {self._of('bool')} THEN {self._of(kind)} ELSE {self._of(kind)} END)",
            lambda: f"greatest({self._of(kind)}, {self._of(kind)})",
            lambda: f"({self._of(kind)} IS DISTINCT FROM {self._of(kind)})",
            lambda: f"ARRAY[{self._of(kind)}, {self._of(kind)}]",
            lambda: f"({self._of(kind)})::text",
        ]
        return pick(makers)()

    def _well_typed_call(self) -> str:
        name = self._random.choice(self._functions)
        signature = self._random.choice(builtins.find_functions(name))
        count = len(signature.arguments) - self._random.randint(0, signature.defaults)
        return f'"{name}"({", ".join(map(self._of, signature.arguments[:count]))})'

    def _well_typed_operation(self) -> str:
        name = self._random.choice(self._operators)
        operands = list(map(self._of, self._random.choice(builtins.find_operators(name)).arguments))
        return f"({f' {name} '.join(operands)})" if len(operands) > 1 else f"({name} {operands[0]})"
