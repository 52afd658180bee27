"""Tables in which every signed-in user has a row, such as profiles."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.callers import ANY_CALLER, CallerIdentity
from schema_dsl.lint.facts.example_values import UserId
from schema_dsl.lint.facts.expression_folding import Fold
from schema_dsl.lint.facts.values import UNKNOWN, FoldedValue
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation, HistorySchema

USERS = ("auth", "users")
# Tables of users by their names, in which a column references auth.users.
_NAMES = frozenset({"profile", "profiles", "user", "users", "user_profile", "user_profiles", "app_users"})
_OwnRow = dict[str, FoldedValue]


def find_own_row(schema: HistorySchema, relation: HistoryRelation, caller: UserId) -> _OwnRow | None:
    """Return the known values of the row that a user who just signed up has in a table.

    A user has a row if a trigger on auth.users inserts it, if a policy lets the user insert it, or if the table is one
    of users by its name.

    Args:
        schema: The schema.
        relation: The table.
        caller: The id of the user.

    Returns:
        The values by column; None if a user need not have a row.
    """
    rows = _ROWS.get(schema)
    if relation not in rows:
        rows[relation] = _find_own_row(schema, relation, caller)
    return rows[relation]


def is_of_users(schema: HistorySchema, relation: HistoryRelation, column: str) -> bool:
    """Return whether a column references users, or a table in which the key of a row is that of a user."""
    for constraint in relation.constraints.values():
        if (
            constraint.kind == "foreign_key"
            and constraint.columns == (column,)
            and constraint.target is not None
        ):
            target = schema.find_relation(*constraint.target)
            keys = target.constraints.values() if target is not None else ()
            return constraint.target == USERS or any(
                each.target == USERS and _is_key(target, each.columns) for each in keys
            )
    return False


def _is_key(relation: HistoryRelation | None, columns: tuple[str, ...]) -> bool:
    constraints = relation.constraints.values() if relation is not None else ()
    return any(each.kind == "primary_key" and each.columns == columns for each in constraints)


_ROWS: HistoryCache[dict[HistoryRelation, _OwnRow | None]] = HistoryCache(dict)


def _find_own_row(schema: HistorySchema, relation: HistoryRelation, caller: UserId) -> _OwnRow | None:
    if relation.key == USERS:
        return {"id": caller}
    if relation.kind != "table" or not relation.complete or relation.uncertain:
        return None
    keys = list(_list_keys(relation))
    inserted = _find_inserted_by_trigger(schema, relation) if keys else None
    references = {
        each.columns
        for each in relation.constraints.values()
        if each.kind == "foreign_key" and each.target == USERS
    }
    for name in keys:
        row = {column.name: _fold_default(column) for column in relation.columns.values()} | {name: caller}
        if inserted is not None:
            return {**row, **dict.fromkeys(inserted - {name}, UNKNOWN)}
        is_of_users = (name,) in references and relation.name in _NAMES
        if is_of_users or _may_insert(relation, row, name, caller):
            return row
    return None


def _list_keys(relation: HistoryRelation) -> Iterator[str]:
    """Yield the columns of type uuid that are a key of their own, so that a user has one row."""
    keys = {each.columns for each in relation.constraints.values() if each.is_key}
    keys |= {each.columns for each in relation.indexes.values() if each.unique and not each.partial}
    for columns in sorted(keys):
        column = relation.columns.get(columns[0]) if len(columns) == 1 else None
        if column is not None and column.type == "uuid" and not column.uncertain:
            yield column.name


def _fold_default(column: HistoryColumn) -> FoldedValue:
    """Return the value of a column that an INSERT does not name."""
    if column.uncertain or column.generated or column.owns_sequence:
        return UNKNOWN
    if column.default is not None:
        return Fold(None, ANY_CALLER).value(column.default)
    return UNKNOWN if column.not_null else None


def _find_inserted_by_trigger(schema: HistorySchema, relation: HistoryRelation) -> set[str] | None:
    """Return the columns that a trigger on auth.users sets in a new row of a table; None if there is no trigger."""
    users = schema.find_relation(*USERS)
    for trigger in users.triggers.values() if users is not None else ():
        for routine in schema.find_routines(*trigger.function) if "insert" in trigger.events else ():
            for statement in routine.body.list_executed() if routine.body is not None else ():
                if statement.kind == "insert_stmt":
                    target = statement.tree.relation
                    if schema.find_relation(target.schemaname, target.relname) is relation:
                        named = {each.res_target.name for each in statement.tree.cols}
                        return named or set(relation.columns)
    return None


def _may_insert(relation: HistoryRelation, row: _OwnRow, key: str, caller: UserId) -> bool:
    """Return whether a policy lets a user insert the own row, and no row of another user."""
    if not relation.row_security:
        return False
    for policy in relation.policies.values():
        condition = policy.using if policy.check is None else policy.check
        is_for_users = policy.permissive and not {"authenticated", "public"}.isdisjoint(policy.roles)
        if condition is None or not is_for_users or policy.command not in {"all", "insert"}:
            continue
        other = {**row, key: UserId(caller + 1)}
        own_caller = CallerIdentity(user=caller, role="authenticated")
        own, others = (Fold(relation, own_caller, values=values).value(condition) for values in (row, other))
        if own is True and others is not True:
            return True
    return False
