"""Random queries over the schema of `tests/analysis/references`; Postgres accepts about one in nine."""

from __future__ import annotations

import random
from typing import TypeAlias

_Scope: TypeAlias = list[tuple[str, list[str]]]
_ORDERS = "id customer_id amount quantity status other shade note code placed_on placed_at address details span period"
_COLUMNS = {
    "app.customers": "id name email feeling home residence parent_id tags moods score active",
    "app.orders": _ORDERS,
    "orders": _ORDERS,
    "app.items": "order_id line product quantity price note",
    "public.orders": "id note amount",
    "tickets": "id order_id mood numbers",
    "app.tree": "id parent_id label weight",
    "app.order_view": "id customer_id customer amount status address note",
    "app.nested_view": "customer amount feeling",
    "app.totals": "customer_id total orders",
    "app.special_orders": "id customer_id amount status discount note",
    "app.addresses()": "street city zip feeling",
    "app.pairs(3)": "a b c",
    "app.orders(1)": "id status note",
}
TABLES = {
    **{name: columns.split() for name, columns in _COLUMNS.items()},
    '"Odd.Schema"."Ta.ble ""q"""': ['"Id"', '"na.me"', '"select"', '"Sp ace"', '"é"'],
}
_LITERALS = "'ok' 'sad' 1 2.5 NULL 'x' 'a@b' 'red' 'one' true '{ok}' '2020-01-01'".split()  # noqa: SIM905
# `@` stands for an expression, `#` for a query.
_EXPRESSIONS = (
    *("app.double(@)", "app.describe(@)", "app.measure(@)", "app.greet(@)", "app.greet(@, @)"),
    *(
        "app.join_words(@, @)",
        "app.pick(@, @)",
        "app.first_of(@)",
        "coalesce(@, @)",
        "(@).city",
        "(@).feeling",
    ),
    *("CASE WHEN @ IS NULL THEN @ ELSE @ END", "@::app.mood", "@::text", "@::app.email", "@::integer"),
    *("ARRAY[@, @]", "(@)[1]", "@ || @", "@ + @", "@ - 1", "@ + 1", "nullif(@, @)", "greatest(@, @)", "(#)"),
    *("app.make_address(@)", "lower(@::text COLLATE app.bytes)", "app.order_total(@)", "app.display_name(@)"),
    *("row_to_json(@)", "ROW(@, @)::text", "@ = @", "@ IN (@, @)", "@ IS DISTINCT FROM @", "@ LIKE @"),
    *(
        "EXISTS (#)",
        "ARRAY(#)",
        "~~~ @",
        "@ <~> @",
        "count(*) OVER (PARTITION BY @ ORDER BY @)",
        "app.low(@)",
    ),
    *(
        "app.any_enum(@)",
        "app.most(@, @)",
        "length(@)",
        "jsonb_build_object(@, @)",
        "app.length(@)",
        "@ === @",
    ),
    *("@::app.positive", "app.needs_email(@)", "app.needs_mood(@)", "app.describe(@, @)"),
)
_CONDITIONS = (
    *("@ = @", "@ IS NOT NULL", "@ IN (@, @)", "@ = ANY (#)", "EXISTS (#)", "@ IN (#)", "@ < @", "true"),
    *("(@, @) = (@, @)", "(@, @) IN (#)", "@ AND @", "NOT @", "@ === @", "@ LIKE @", "app.needs_mood(@)"),
    "@ BETWEEN @ AND @",
)
_AGGREGATES = (
    *("count(@)", "max(@)", "array_agg(@)", "app.total(@)", "app.last_mood(@)", "count(*)"),
    *("min(@) FILTER (WHERE @ IS NOT NULL)", "string_agg(@, @)"),
)
_DEEPEST = 3


class QueryGenerator:
    """Generates one query per seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._aliases = 0

    def query(self, outer: _Scope | None = None, depth: int = 0, names: list[str] | None = None) -> str:
        """Return a query; with names, its columns have these names."""
        number = len(names) if names else self._random.randint(1, 3)
        named = [f" AS {name}" for name in names] if names else [""] * number
        if not depth:
            named = [f" AS c{index}" for index in range(number)]
        items, scope = self._from_clause(outer or [], depth)
        visible = scope + ((outer or []) if self._chance(0.3) else [])
        if self._chance(0.12):
            return self._grouped(items, scope, named)
        targets = [self._expression(visible, depth + 1) + name for name in named]
        if not depth and self._chance(0.2):
            targets[0] = self._random.choice([f"{scope[0][0]}.*", "*"])
        text = f"SELECT {'DISTINCT ' if self._chance(0.05) else ''}{', '.join(targets)} FROM {items}"
        text += f" WHERE {self._fill(_CONDITIONS, visible, depth + 2)}" if self._chance(0.5) else ""
        if self._chance(0.08) and depth <= 1:
            return f"{text} UNION ALL {self.query(outer, depth + 1, names or ['u'] * number)}"
        return text + (f" ORDER BY {self._column(visible)}" if self._chance(0.15) else "")

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _alias(self) -> str:
        self._aliases += 1
        name = self._random.choice(["a", "b", "o", "orders", "note", "x", "t"])
        return name if self._chance(0.3) else f"{name}{self._aliases}"

    def _column(self, scope: _Scope, *, qualified: bool = False) -> str:
        alias, columns = self._random.choice(scope)
        column = self._random.choice(columns)
        return f"{alias}.{column}" if qualified or self._chance(0.75) else column

    def _expression(self, scope: _Scope, depth: int) -> str:
        if depth > _DEEPEST or self._chance(0.25):
            return self._column(scope) if self._chance(0.8) else self._random.choice(_LITERALS)
        return self._fill(_EXPRESSIONS, scope, depth + 1)

    def _fill(self, forms: tuple[str, ...], scope: _Scope, depth: int) -> str:
        """Choose a form, and replace its placeholders."""
        text = ""
        for character in self._random.choice(forms):
            if character == "@":
                text += self._expression(scope, depth) if self._chance(0.6) else self._column(scope)
            elif character == "#":
                text += self.query(scope, depth + 1, ["q"])
            else:
                text += character
        return text

    def _grouped(self, items: str, scope: _Scope, named: list[str]) -> str:
        key = self._column(scope, qualified=True)
        aggregates = []
        for name in named[1:]:
            form = self._random.choice(_AGGREGATES)
            while "@" in form:
                form = form.replace("@", self._column(scope), 1)
            aggregates.append(form + name)
        return f"SELECT {', '.join([key + named[0], *aggregates])} FROM {items} GROUP BY {key}"

    def _from_item(self, outer: _Scope, depth: int) -> tuple[str, _Scope]:
        if self._chance(0.2) and depth < _DEEPEST:
            alias, names = self._alias(), ["p", "q", "id"][: self._random.randint(1, 3)]
            lateral = self._chance(0.4)
            query = self.query(outer if lateral else [], depth + 1, names)
            return f"{'LATERAL ' if lateral else ''}({query}) {alias}", [(alias, names)]
        table = self._random.choice(list(TABLES))
        columns = TABLES[table]
        if self._chance(0.25):
            last = table if table.startswith('"') else table.rpartition(".")[2].partition("(")[0]
            return table, [(last.removeprefix('"Odd.Schema".'), columns)]
        alias = self._alias()
        if self._chance(0.15):
            renamed = ["w", "v", "id"][: self._random.randint(1, min(3, len(columns)))]
            return f"{table} AS {alias} ({', '.join(renamed)})", [(alias, renamed + columns[len(renamed) :])]
        return f"{table} AS {alias}", [(alias, columns)]

    def _from_clause(self, outer: _Scope, depth: int) -> tuple[str, _Scope]:
        text, scope = self._from_item(outer, depth)
        for _ in range(self._random.choice([0, 0, 1, 1, 2])):
            item, added = self._from_item(outer + scope, depth)
            common = [
                name for _, names in scope for name in names if any(name in other for _, other in added)
            ]
            kind = self._random.choice(["JOIN", "LEFT JOIN", "FULL JOIN", "RIGHT JOIN"])
            choice = self._random.random()
            if choice < 0.3:
                text += f", {item}"
            elif choice < 0.6:
                text += f" {kind} {item} ON {self._fill(_CONDITIONS, scope + added, depth + 2)}"
            elif choice < 0.85 and common:
                text += f" {kind} {item} USING ({self._random.choice(common)})"
            else:
                text += f" {'CROSS' if choice < 0.85 else 'NATURAL'} JOIN {item}"
            scope = scope + added
        return text, scope
