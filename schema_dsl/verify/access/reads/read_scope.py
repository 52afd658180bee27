"""The names that an expression of a policy, a view or a routine can use, with the sources behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from schema_dsl.verify.access.reads.provenance import NOTHING, Provenance, unite


@attrs.frozen
class ReadItem:
    """An item of a FROM clause.

    Attributes:
        alias: The name of the item.
        columns: The sources of the columns.
        relation: The table; None for a query, a view or a function.
        is_open: Whether any name can be a column, as for a function whose result columns are unknown.
    """

    alias: str
    columns: Mapping[str, Provenance]
    relation: tuple[str, str] | None = None
    is_open: bool = False

    @classmethod
    def of_outputs(
        cls,
        alias: str,
        outputs: Sequence[tuple[str, Provenance]],
        names: Sequence[str],
        *,
        is_open: bool = False,
    ) -> ReadItem:
        """Return the item of a query or function, whose columns an alias may rename."""
        columns: dict[str, Provenance] = {}
        for number, (name, sources) in enumerate(outputs):
            column = names[number] if number < len(names) else name
            columns[column] = columns.get(column, NOTHING) | sources
        return cls(alias, columns, is_open=is_open)

    def find(self, name: str) -> Provenance:
        """Return the sources of a column."""
        if name in self.columns:
            return self.columns[name]
        return self.row if self.is_open or name == self.alias else NOTHING

    @property
    def row(self) -> Provenance:
        """Return the sources of all columns."""
        return unite(self.columns.values())


@attrs.define(eq=False)
class ReadScope:
    """One level of names: the items of a query, or the variables of a routine.

    Attributes:
        items: The FROM items.
        ctes: The WITH queries by name.
        variables: The variables and parameters of a routine.
        function: The name of the routine, which can qualify its parameters.
        outer: The level around this one.
    """

    items: list[ReadItem] = attrs.field(factory=list)
    ctes: dict[str, ReadItem] = attrs.field(factory=dict)
    variables: dict[str, Provenance] = attrs.field(factory=dict)
    function: str = ""
    outer: ReadScope | None = None

    def levels(self) -> Iterator[ReadScope]:
        """Yield this level and the levels around it."""
        level: ReadScope | None = self
        while level is not None:
            yield level
            level = level.outer

    def find_cte(self, name: str) -> ReadItem | None:
        """Return the WITH query of a name."""
        return next((level.ctes[name] for level in self.levels() if name in level.ctes), None)

    def resolve(self, parts: Sequence[str]) -> Provenance:
        """Return the sources of a column reference, with `*` for all columns."""
        if parts[-1] == "*":
            return unite(sources for _, sources in self.expand(parts[:-1]))
        if len(parts) == 1:
            return self._resolve_name(parts[0])
        qualifier, name = parts[-2], parts[-1]
        for level in self.levels():
            found = [item for item in level.items if item.alias == qualifier]
            if found:
                return unite(item.find(name) for item in found)
            if qualifier == level.function:
                return level.variables.get(name, NOTHING)
            if qualifier in level.variables:
                return level.variables[qualifier].of_field(name)
        return NOTHING

    def _resolve_name(self, name: str) -> Provenance:
        for level in self.levels():
            found = unite(item.find(name) for item in level.items)
            if found != NOTHING:
                return found
            if any(name in item.columns for item in level.items):
                return NOTHING
            if name in level.variables:
                return level.variables[name]
        return NOTHING

    def expand(self, qualifiers: Sequence[str]) -> list[tuple[str, Provenance]]:
        """Return the columns of `*` or `item.*`."""
        for level in self.levels():
            items = [item for item in level.items if not qualifiers or item.alias == qualifiers[-1]]
            if items:
                return [column for item in items for column in item.columns.items()]
            if qualifiers and qualifiers[-1] in level.variables:
                return [("", level.variables[qualifiers[-1]])]
        return []

    def is_table_column(self, parts: Sequence[str]) -> bool:
        """Return whether a column reference certainly means a column of a table, and no variable."""
        for level in self.levels():
            items = [
                item
                for item in level.items
                if (item.alias == parts[-2] if len(parts) > 1 else parts[-1] in item.columns)
            ]
            if items:
                return len(items) == 1 and items[0].relation is not None and parts[-1] in items[0].columns
            if parts[0] in level.variables or level.function == parts[0]:
                return False
        return False
