"""Find changes of the results of views and routines that use the rights of their owners: their SQL limits access.

A view without security_invoker, a materialized view and a SECURITY DEFINER routine read tables past the policies on the
caller and the privileges of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeAlias

from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.errors import ParseError
from schema_dsl.model.grant import PUBLIC_ROLE
from schema_dsl.model.owner import ownership_identity
from schema_dsl.model.privilege import Privilege, find_built_in, privilege_identity
from schema_dsl.parsing import list_functions
from schema_dsl.plan.conditions import is_narrowed_query
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.names import column_identity
from schema_dsl.plan.resolve import DEFAULT_SCHEMA
from schema_dsl.plan.rule import WeakeningRule
from schema_dsl.plan.weakening import AccessBefore, changes_any

UsesOwnerRights: TypeAlias = Callable[[Any], bool]
"""Returns whether a view or a routine uses the rights of its owner for each role that reads or calls it."""


def _serves_clients(identity: Identity, access: AccessBefore) -> bool:
    """Return whether a client role or PUBLIC may use an object before the plan, and still after it."""
    parts = {part for part in access.state.parts(identity) if part.kind == Privilege.kind}
    owner = access.objects.get(ownership_identity(identity))
    return any(
        _has_privileges(access.objects.get(part, find_built_in(part)))
        and _has_privileges(access.find_after(part) or find_built_in(part))
        for part in parts | {privilege_identity(identity, PUBLIC_ROLE)}
        if part.name not in access.trusted and (owner is None or owner.role != part.name)
    )


def _has_privileges(privilege: Privilege) -> bool:
    return bool(privilege.privileges or privilege.columns)


def _build_decides(uses_owner_rights: UsesOwnerRights) -> Callable[[Identity, AccessBefore], bool]:
    """Build the function that returns whether the result of an object limits the access of clients."""

    def decides(identity: Identity, access: AccessBefore) -> bool:
        after = access.find_after(identity)
        return after is not None and uses_owner_rights(after) and _serves_clients(identity, access)

    return decides


def build_view_weakening(uses_owner_rights: UsesOwnerRights) -> WeakeningRule:
    """Build the rule of how changes of views weaken access."""
    decides = _build_decides(uses_owner_rights)

    def find(change: Difference, access: AccessBefore) -> Iterable[str]:
        if change.after is None:
            return
        if change.before is None:
            if uses_owner_rights(change.after) and _takes_over(change, access):
                yield f"it reads tables as its owner, in the place of {access.replaced[change.identity]}"
        elif uses_owner_rights(change.after) and not uses_owner_rights(change.before):
            yield (
                "it reads tables as its owner, past their policies and privileges, because security_invoker is"
                " turned off"
            )
        elif decides(change.identity, access):
            yield from _list_wider(change, access)

    return WeakeningRule("wider-view", find, decides)


def _takes_over(change: Difference, access: AccessBefore) -> bool:
    """Return whether a new view gets the name of another relation and shows more to a role that used that."""
    dropped = access.replaced.get(change.identity)
    if dropped is None:
        return False
    before = access.objects[dropped]
    is_view_of_owner = hasattr(before, "query") and not getattr(before, "security_invoker", False)
    if is_view_of_owner and is_narrowed_query(
        before.query, change.after.query, retyped=access.list_retyped()
    ):
        return False
    used = (access.objects[part] for part in access.state.parts(dropped) if part.kind == Privilege.kind)
    return any(
        privilege.name not in access.trusted
        and _has_privileges(privilege)
        and _has_privileges(_find_privilege(change.identity, privilege.name, access))
        for privilege in used
    )


def _find_privilege(identity: Identity, role: str, access: AccessBefore) -> Privilege:
    part = privilege_identity(identity, role)
    found: Privilege = access.find_after(part) or find_built_in(part)
    return found


def _list_wider(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence for each way in which a change of a view that reads as its owner can show or take more."""
    before, after = change.before, change.after
    has_column_privileges = any(
        part.kind == Privilege.kind and access.objects[part].columns
        for part in access.state.parts(change.identity)
    )
    if "query" in change.attributes and not is_narrowed_query(
        before.query,
        after.query,
        retyped=access.list_retyped(),
        named=has_column_privileges,
        is_new=_build_is_new(change.identity.schema, access),
    ):
        yield (
            "it reads tables as its owner, and its query is not the old one with fewer columns or a further AND in"
            " WHERE"
        )
    if "security_barrier" in change.attributes and not after.security_barrier:
        yield "a condition of a query may read the rows that it hides, because security_barrier is turned off"
    if "check_option" in change.attributes and before.check_option and after.check_option != "cascaded":
        yield "it takes rows that it does not show, because its check_option is less strict"


def _build_is_new(home: str, access: AccessBefore) -> Callable[[Collection[tuple[str, str]], str], bool]:
    """Build the function that returns whether a column that a view reads is new, and shows nothing of old rows."""

    def find_root(schema: str, table: str) -> Identity | None:
        homes = (schema,) if schema else (home, DEFAULT_SCHEMA)
        return next(
            (root for root in (table_identity(each, table) for each in homes) if root in access.objects), None
        )

    def is_new(relations: Collection[tuple[str, str]], name: str) -> bool:
        roots = filter(None, (find_root(*relation) for relation in relations))
        found = [root for root in roots if access.find_after(column_identity(root, name)) is not None]
        # Postgres refuses a name that several relations have.
        if len(found) != 1 or not access.is_new(column_identity(found[0], name)):
            return False
        column = access.find_after(column_identity(found[0], name))
        # ADD COLUMN merges the new column with that of a descendant.
        is_merged = any(
            column_identity(descendant, name) in access.objects
            for descendant in access.state.list_children(found[0])
        )
        return (
            column.generated is None
            and column.backfill is None
            and not is_merged
            and _is_harmless(column.default)
        )

    return is_new


def _is_harmless(default: Any) -> bool:
    """Return whether a default is the same for all rows and shows nothing of a database: a constant, or the time."""
    try:
        return default is None or {name for _, name in list_functions(default)} <= _HARMLESS_FUNCTIONS
    except ParseError:
        return False


_HARMLESS_FUNCTIONS: Final = frozenset({"now"})


def build_routine_weakening(uses_owner_rights: UsesOwnerRights, returned: frozenset[str]) -> WeakeningRule:
    """Build the rule of how changes of functions or procedures weaken access.

    Args:
        uses_owner_rights: Returns whether a routine uses the rights of its owner.
        returned: The attributes that decide on the effect of a routine.
    """
    decides = _build_decides(uses_owner_rights)

    def find(change: Difference, access: AccessBefore) -> Iterable[str]:
        is_kept = change.before is not None and change.after is not None
        if is_kept and changes_any(change, returned) and decides(change.identity, access):
            yield (
                "it runs as its owner, and its body, arguments or settings change"
                if uses_owner_rights(change.before)
                else "it runs as its owner, and no longer as the role that calls it"
            )

    return WeakeningRule("wider-function", find, decides)
