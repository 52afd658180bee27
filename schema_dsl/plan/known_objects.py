"""The objects of a State as a `SchemaInfo`, against which the analysis resolves names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.analysis.builtin_schema import BuiltinSchema
from schema_dsl.analysis.identity import RELATION_KINDS, Identity

if TYPE_CHECKING:
    from schema_dsl.analysis.schema import ColumnInfo, ConstraintInfo, IndexInfo, QualifiedKey, RelationInfo
    from schema_dsl.plan.state import State

_MODIFIERS: Final = re.compile(r"\s*\([^)]*\)")


@attrs.frozen
class KnownColumn:
    """A column of the state."""

    name: str
    type: str | None
    uncertain: bool = False
    owns_sequence: bool = False


@attrs.frozen
class KnownRelation:
    """A relation of the state. Of an existing table, the columns are not completely known."""

    schema: str
    name: str
    kind: str
    columns: Mapping[str, ColumnInfo]
    complete: bool
    constraints: Mapping[str, ConstraintInfo] = attrs.Factory(dict)
    indexes: Mapping[str, IndexInfo] = attrs.Factory(dict)
    parents: tuple[QualifiedKey, ...] = ()
    uncertain: bool = False
    fully_known: bool = False
    has_known_keys: bool = False
    is_named: bool = True
    unknown_kinds: frozenset[str] = frozenset()
    removed_columns: Mapping[str, str] = attrs.Factory(dict)

    @property
    def row_type(self) -> str:
        """The full name of the type of the relation's rows."""
        return f"{self.schema}.{self.name}"


@attrs.frozen(eq=False)
class KnownObjects(BuiltinSchema):
    """A `SchemaInfo` of the relations and columns of a state, and of the built-in objects."""

    state: State = attrs.field(kw_only=True)
    _found: dict[QualifiedKey, KnownRelation | None] = attrs.field(factory=dict, kw_only=True)

    def find_relation(self, schema: str, name: str) -> RelationInfo | None:
        """Return a relation by name; an empty schema means the search path."""
        for home in (schema,) if schema else self.search_path:
            key = (home, name)
            if key not in self._found:
                self._found[key] = self._build(home, name)
            if self._found[key] is not None:
                return self._found[key]
        return None

    def _build(self, schema: str, name: str) -> KnownRelation | None:
        for kind in RELATION_KINDS:
            root = Identity(kind, schema, name)
            if root in self.state.objects:
                columns = {
                    part.name: KnownColumn(part.name, self._find_type(self.state.objects[part].type.sql))
                    for part in self.state.parts(root)
                    if hasattr(self.state.objects[part], "type")
                }
                complete = getattr(self.state.objects[root], "existing", None) is None
                return KnownRelation(schema, name, kind, columns, complete)
        return None

    def _find_type(self, spelling: str) -> str | None:
        base = _MODIFIERS.sub("", spelling).strip().lower()
        array = base.endswith("[]")
        found = self.find_type_name("", base.removesuffix("[]"))
        return found if found is None or not array else f"{found}[]"
