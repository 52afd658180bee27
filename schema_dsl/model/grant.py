"""Grants: the privileges on an object that a definition gives to roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_arguments,
    format_origin,
    to_names,
    validate_flag,
    validate_name,
)
from schema_dsl.model.role import Role

PUBLIC_ROLE: Final = "public"
PrivilegeName: TypeAlias = Literal[
    "select",
    "insert",
    "update",
    "delete",
    "truncate",
    "references",
    "trigger",
    "maintain",
    "usage",
    "create",
    "execute",
    "all",
]
Grantee: TypeAlias = str | Role

_RELATION: Final = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")
_USAGE: Final = ("usage",)
_EXECUTE: Final = ("execute",)
PRIVILEGES_BY_KIND: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("table", "view", "materialized_view", "foreign_table"), _RELATION),
    "sequence": ("usage", "select", "update"),
    "schema": ("usage", "create"),
    **dict.fromkeys(("function", "procedure", "aggregate"), _EXECUTE),
    **dict.fromkeys(("enum", "domain", "composite_type", "range"), _USAGE),
    **dict.fromkeys(("foreign_server", "foreign_data_wrapper", "language"), _USAGE),
}
"""The privileges that exist for each kind of object, in the order in which a migration writes them."""
ORDER: Final = tuple(dict.fromkeys(name for names in PRIVILEGES_BY_KIND.values() for name in names))
_OF_COLUMNS: Final = frozenset({"select", "insert", "update", "references"})
# MAINTAIN exists since Postgres 17. "all" must mean the same on every server.
_NOT_IN_ALL: Final = frozenset({"maintain"})


def to_grantees(value: Grantee | Iterable[Grantee], what: str = "to") -> tuple[str, ...]:
    """Convert roles to their names, sorted and without duplicates.

    Args:
        value: One or several roles, by name or as `Role`.
        what: The argument, for the text of errors.

    Raises:
        DefinitionError: If one of them is no role.
    """
    items: tuple[Any, ...] = (
        tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
    )
    names = (
        item.name if isinstance(item, Role) else validate_name(item, f"role in {what}=") for item in items
    )
    return tuple(sorted(set(names)))


def to_optional_grantees(value: Grantee | Iterable[Grantee] | None) -> tuple[str, ...] | None:
    """Convert roles to their names; None if the definitions do not manage the privilege."""
    return None if value is None else to_grantees(value)


@attrs.frozen(init=False)
class Grant:
    """Privileges that roles hold on an object: `Grant("select", "insert", to="reader")`.

    Attributes:
        privileges: The privileges, such as "select" or "usage".
        to: The roles; "public" is PUBLIC.
        columns: The columns that the privileges are limited to; all columns if empty.
        grant_option: Whether the roles may grant the privileges to others.
        origin: The line that declares the grant.
    """

    kind: ClassVar[str] = "grant"
    privileges: tuple[str, ...]
    to: tuple[str, ...]
    columns: tuple[str, ...]
    grant_option: bool = attrs.field(validator=validate_flag)
    origin: Origin | None = attrs.field(eq=False, repr=False)

    def __init__(
        self,
        *privileges: PrivilegeName,
        to: Grantee | Iterable[Grantee],
        columns: str | Iterable[str] = (),
        grant_option: bool = False,
    ) -> None:
        """Declare privileges of roles.

        Args:
            privileges: The privileges. "all" stands for all that the kind of object has, except MAINTAIN.
            to: One or several roles; "public" is PUBLIC.
            columns: The columns that the privileges are limited to, by default all columns.
            grant_option: Whether the roles may grant the privileges to others.

        Raises:
            DefinitionError: If a privilege does not exist, or PUBLIC gets the grant option.
        """
        self.__attrs_init__(privileges, to_grantees(to), to_names(columns), grant_option, find_origin())
        for name in privileges:
            listed = format_arguments(name)
            if listed is not None:
                raise self._build_error(
                    f"Grant(): {name!r} is no privilege",
                    f"Write the names as separate arguments: Grant({listed}, to=...).",
                )
            if name not in (*ORDER, "all"):
                raise self._build_error(
                    f"Grant(): {name!r} is no privilege",
                    suggest_similar(str(name), ORDER, f"Known: all, {', '.join(ORDER)}.", repr),
                )
        if not privileges:
            raise self._build_error("Grant() has no privilege", "Leave out roles that hold no privilege.")
        if not self.to:
            raise self._build_error(
                "Grant() names no role", "Leave out the grant: roles without a grant have no privilege."
            )
        if grant_option and PUBLIC_ROLE in self.to:
            raise self._build_error(
                "Grant(): Postgres does not accept WITH GRANT OPTION for PUBLIC",
                "Name the roles that may grant the privilege.",
            )

    def list_privileges(self, kind: str) -> tuple[str, ...]:
        """Return the privileges on an object of a kind, with "all" replaced.

        Raises:
            DefinitionError: If the kind does not have one of them, or not for columns.
        """
        known = PRIVILEGES_BY_KIND[kind]
        what = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"
        if self.columns and kind not in _WITH_COLUMNS:
            raise self._build_error(f"Grant(): {what} has no columns", "Remove columns=.")
        if self.columns:
            known = tuple(name for name in known if name in _OF_COLUMNS)
            what = f"a column of {what}"
        for name in self.privileges:
            if name not in (*known, "all"):
                raise self._build_error(
                    f"Grant(): {what} has no privilege {name!r}", f"It has: all, {', '.join(known)}."
                )
        if "all" in self.privileges:
            return tuple(name for name in known if name not in _NOT_IN_ALL or name in self.privileges)
        return self.privileges

    def _build_error(self, what: str, instead: str) -> DefinitionError:
        return DefinitionError(what, where=format_origin(self), instead=instead)


_WITH_COLUMNS: Final = frozenset({"table", "view", "materialized_view", "foreign_table"})


# The parameter type of a converter is the type of the constructor's parameter for type checkers.
def to_grants(value: Grant | Sequence[Grant | Sequence[Grant]] | None) -> tuple[Grant, ...] | None:
    """Convert one grant, or a list that may contain lists, to a tuple; None if privileges are not managed.

    Raises:
        DefinitionError: If an item is no Grant.
    """
    if value is None:
        return None
    grants: list[Any] = []
    for item in value if isinstance(value, list | tuple) else (value,):
        grants.extend(item if isinstance(item, list | tuple) else (item,))
    for grant in grants:
        if not isinstance(grant, Grant):
            raise DefinitionError(
                f"grants cannot contain {grant!r}",
                instead='grants=[...] takes Grant(...), such as Grant("select", to="reader").',
            )
    return tuple(grants)
