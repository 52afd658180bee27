"""The enums of columns, whose removed labels decide which values do not fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.enum import Enum
from schema_dsl.model.identity import copy_with
from schema_dsl.model.type import Type
from schema_dsl.plan.domain_type import find_base, resolve_domain
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.state import State
from schema_dsl.plan.type_change import CONVERT_BY_TEXT, Conversion, parse_type
from schema_dsl.sql import Sql, literal


@attrs.frozen
class EnumType(Type):
    """An enum as the type of a column, or an array of it.

    Attributes:
        labels: The labels of the enum.
    """

    labels: tuple[str, ...]


def resolve_type_of_column(identity: Identity, column: Any, state: State) -> Any:
    """Return a column with the domain or the enum that its type names in a state."""
    for dependency in state.resolve_type(identity, column.type.sql):
        declared = state.objects.get(dependency.referenced)
        if isinstance(declared, Enum):
            return copy_with(column, type=EnumType(column.type.sql, tuple(declared.labels)))
    return resolve_domain(identity, column, state)


def list_removed_labels(old: Type, new: Type) -> tuple[str, ...]:
    """List the labels of an enum that another one lacks; none if one of the types is no enum."""
    if not isinstance(old, EnumType) or not isinstance(new, EnumType):
        return ()
    return tuple(label for label in old.labels if label not in new.labels)


def restrict_to_labels(conversion: Conversion, old: Type, new: Type) -> Conversion:
    """Return a conversion to an enum that counts the values without a label, also before the enum exists."""
    if not isinstance(new, EnumType):
        return conversion
    if isinstance(old, EnumType):
        removed = list_removed_labels(old, new)
        if not removed:
            return attrs.evolve(conversion, changes=None)
        changes = _format_condition(new, "IN", removed)
        return attrs.evolve(conversion, changes=changes, may_raise=False)
    by_text = conversion.using == CONVERT_BY_TEXT.using or parse_type(find_base(old)).name in _TEXTS
    if not by_text:
        return conversion
    changes = _format_condition(new, "NOT IN", new.labels)
    return attrs.evolve(conversion, changes=changes, may_raise=False, refused=True)


# The cast of a char to an enum reads its trailing blanks, which its cast to text leaves out.
_TEXTS: Final = frozenset({"text", "varchar"})


def _format_condition(new: EnumType, operator: str, labels: Iterable[str]) -> str:
    """Format the condition, as a format with {value}, on the text of a value, or of an element of an array."""
    listed = f"{operator} ({_format_labels(labels)})".replace("{", "{{").replace("}", "}}")
    if new.sql.endswith("[]"):
        return f"EXISTS (SELECT FROM pg_catalog.unnest({{value}}::text[]) AS label WHERE label {listed})"
    return f"{{value}}::text {listed}"


def build_labels_pending(identity: Identity, removed: Iterable[str]) -> Sql:
    """Build the condition that is true while the enum of a column has labels that are to be removed.

    Unlike a comparison with the new type, it is also true before the new type takes the name of the old one.
    """
    relation = literal(str(quote_relation(identity)))
    return Sql(
        "EXISTS (SELECT FROM pg_catalog.pg_attribute AS a\n"
        "        JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid\n"
        "        JOIN pg_catalog.pg_enum AS e ON e.enumtypid IN (t.oid, t.typelem)\n"
        f"        WHERE a.attrelid = pg_catalog.to_regclass({relation}) AND a.attname = {literal(identity.name)}\n"
        f"            AND e.enumlabel IN ({_format_labels(removed)}))"
    )


def _format_labels(labels: Iterable[str]) -> str:
    return ", ".join(str(literal(label)) for label in labels)
