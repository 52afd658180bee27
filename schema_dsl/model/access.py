"""Who is meant to do what, stated apart from the policies that bring it about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import names

OPERATIONS: Final = ("select", "insert", "update", "delete")
ROWS: Final = ("own", "all")


def chosen_operations(operations: Iterable[str], what: str) -> tuple[str, ...]:
    """Give the operations that are meant, "all" being every one, in one order.

    Raises:
        DefinitionError: On an unknown operation, or none.
    """
    given = tuple(operations)
    for operation in given:
        if operation not in (*OPERATIONS, "all"):
            raise DefinitionError(
                f"{what}: no operation {operation!r}", instead=f"Known: all, {', '.join(OPERATIONS)}."
            )
    if not given:
        raise DefinitionError(
            f"{what} was given no operation", instead="A role that may do nothing is left out."
        )
    return OPERATIONS if "all" in given else tuple(each for each in OPERATIONS if each in given)


@attrs.frozen
class May:
    """What one role may do, to whose rows, in which columns (all of them, where none are named)."""

    operations: tuple[str, ...]
    rows: str
    columns: tuple[str, ...] = ()


def may(*operations: str, rows: str, columns: Iterable[str] = ()) -> May:
    """Say what a role may do: `may("select", "update", rows="own")`, `may("all", rows="all")`.

    "all" is select, insert, update and delete. TRUNCATE is never among them: row level security does not
    apply to it.

    Raises:
        DefinitionError: On an unknown operation or an unknown set of rows.
    """
    chosen = chosen_operations(operations, "may()")
    if rows not in ROWS:
        raise DefinitionError(
            f"may(): rows is one of {', '.join(ROWS)}, not {rows!r}",
            instead='Write rows="own" or rows="all".',
        )
    named = names(columns)
    if named and "delete" in chosen:
        raise DefinitionError(
            "may(): DELETE cannot be limited to columns", instead="Say delete in a may() of its own."
        )
    return May(chosen, rows, named)


@attrs.frozen(init=False)
class Access:
    """The intent: per role, operations and whose rows. A role that is not named may do nothing.

    `own` is the column that holds the owner's id. Privileges follow from it; policies do not, and whether
    the two together do what is meant is proven by trying it.
    """

    own: str | None
    roles: Mapping[str, tuple[May, ...]] = attrs.field(eq=dict)

    def __init__(self, *, own: str | None = None, **roles: May | Iterable[May]) -> None:
        """State the intent.

        Raises:
            DefinitionError: If rows="own" is said without an `own` column, or a role is given something else.
        """
        collected: dict[str, tuple[May, ...]] = {}
        for role, given in roles.items():
            allowed: tuple[Any, ...] = tuple(given) if isinstance(given, list | tuple) else (given,)
            for each in allowed:
                if not isinstance(each, May):
                    raise DefinitionError(
                        f"access of {role} must be may(...), not {each!r}",
                        instead='Write may("select", rows="own").',
                    )
                if each.rows == "own" and own is None:
                    raise DefinitionError(
                        f"access of {role} is to its own rows, but no column says whose a row is",
                        instead='Name it: Access(own="user_id", ...).',
                    )
            collected[role] = allowed
        self.__attrs_init__(own, collected)

    def privileges(self, role: str) -> tuple[str, ...]:
        """List the table privileges that the role needs, in one order."""
        held = {each for grant in self.roles.get(role, ()) if not grant.columns for each in grant.operations}
        return tuple(each for each in OPERATIONS if each in held)

    def column_privileges(self, role: str) -> tuple[tuple[str, str], ...]:
        """List the (column, privilege) pairs the role needs beyond its table privileges."""
        whole = self.privileges(role)
        pairs = {
            (column, each)
            for grant in self.roles.get(role, ())
            for column in grant.columns
            for each in grant.operations
            if each not in whole
        }
        return tuple(sorted(pairs))
