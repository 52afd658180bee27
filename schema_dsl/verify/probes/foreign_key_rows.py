"""Choose the values of the referenced row and of the referencing row with which a foreign key is tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import attrs

from schema_dsl.sql import literal
from schema_dsl.verify.rows import RowError
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.rows.value_choice import domain_candidates
from schema_dsl.verify.values import Evaluator, distinct_value
from schema_dsl.verify.values.neighbors import typical_values

_FIRST_NUMBER = 700_000

KeyValues: TypeAlias = dict[str, "str | None"]


@attrs.frozen
class ForeignKeyRows:
    """Chooses the values of referenced and referencing rows.

    Attributes:
        evaluator: An evaluator on the connection of the probe.
        referencing: The referencing table.
        referenced: The referenced table.
        pairs: Pairs of a referencing column and a referenced column.
    """

    evaluator: Evaluator
    referencing: TableDescription
    referenced: TableDescription
    pairs: tuple[tuple[str, str], ...]

    def complete_parent(self, parent: KeyValues) -> KeyValues:
        """Return the values of a row with a key, which must not reference another row of its table by a default."""
        if not self.is_self_reference:
            return parent
        columns = self.referencing.columns
        # A row with a column that cannot be NULL references itself.
        own = {column: parent[target] if columns[column].not_null else None for column, target in self.pairs}
        return own | parent

    @property
    def is_own_key(self) -> bool:
        """Return whether the columns reference themselves, so that every row has its referenced row."""
        return self.is_self_reference and all(column == target for column, target in self.pairs)

    @property
    def is_self_reference(self) -> bool:
        """Return whether the table references itself."""
        return self.referencing.oid == self.referenced.oid

    def choose_key(self, number: int) -> KeyValues:
        """Return the values of a referenced key; different numbers have different keys.

        Raises:
            RowError: If there is no value.
        """
        return {
            target: values[number % len(values)]
            for column, target in self.pairs
            for values in [self._list_values(column, target)]
        }

    def choose_other_key(self, taken: Sequence[KeyValues]) -> KeyValues:
        """Return the values of a referenced key that no row has.

        Raises:
            RowError: If there is no such key.
        """
        found: KeyValues = {}
        for column, target in self.pairs:
            values = self._list_values(column, target)
            used = {key[target] for key in taken}
            found[target] = next((value for value in values if value not in used), values[-1])
        if found in taken:
            raise RowError(f"the key of {self.referenced} has too few values")
        return found

    def build_child(self, parent: KeyValues) -> KeyValues:
        """Return the values of a row that references a key."""
        values = {column: self._convert(parent[target], column) for column, target in self.pairs}
        if self.is_self_reference:
            # The row has a key of its own, which distinguishes it from the row that it references.
            own = self.choose_key(0)
            values |= {name: own[name] for _, name in self.pairs if name not in values}
        return values

    def _list_values(self, column: str, target: str) -> list[str]:
        """Return values of a referenced column that the referencing column can have too.

        Raises:
            RowError: If there are fewer than two.
        """
        slot = self.referenced.columns[target].slot
        distinct = [
            distinct_value(slot.type, slot.modifier, _FIRST_NUMBER + 2 * number, target)
            for number in range(3)
        ]
        wanted = [
            *(literal(text) for text in distinct if text is not None),
            *domain_candidates(slot),
            *typical_values(slot),
        ]
        texts = self.evaluator.texts([(value, slot) for value in dict.fromkeys(wanted)])
        known = [text for text in dict.fromkeys(texts) if text is not None]
        converted = self.evaluator.values([self._build_conversion(text, column) for text in known])
        found = [text for text, value in zip(known, converted, strict=True) if value is not None]
        if len(found) <= 1:
            raise RowError(f"column {target} of {self.referenced} has too few values")
        return found

    def _convert(self, text: str | None, column: str) -> str | None:
        """Return the value of a referenced column in the text format of the referencing column's type."""
        value: str | None = self.evaluator.value(self._build_conversion(text, column))
        return value

    def _build_conversion(self, text: str | None, column: str) -> str:
        target = dict(self.pairs)[column]
        types = self.referenced.columns[target].slot.written, self.referencing.columns[column].slot.written
        return f"CAST(CAST({literal(text)} AS {types[0]}) AS {types[1]})::text"
