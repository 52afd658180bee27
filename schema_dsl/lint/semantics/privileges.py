"""Check that the objects of a GRANT or REVOKE exist, and that their kind has the privileges."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.scope import SYSTEM_COLUMNS
from schema_dsl.analysis.trees import enumeration, names, options, qualified_name, role_name
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import relation_kinds
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.lint.semantics.routine_names import check_named_routine
from schema_dsl.parsing import Node

_RULE = "privilege-type"
_COLUMN = split_words("select insert update references")
_TABLE = _COLUMN | split_words("delete truncate trigger maintain")
_SEQUENCE = split_words("usage select update")
_ROUTINE = frozenset({"execute"})
_PRIVILEGES = {
    "table": _TABLE,
    "sequence": _SEQUENCE,
    **dict.fromkeys(("function", "procedure", "routine"), _ROUTINE),
    "schema": split_words("usage create"),
    "database": split_words("create connect temp temporary"),
    **dict.fromkeys(("type", "domain", "language", "server", "foreign_data_wrapper"), frozenset({"usage"})),
}


def check_grant(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the objects, the columns and the privileges of a GRANT or REVOKE."""
    kind = object_kind(tree.objtype)
    is_named = enumeration("GrantTargetType")[tree.targtype] == "ACL_TARGET_OBJECT"
    if kind != "table" or not is_named:
        _check_privileges(analyzer, tree)
    if tree.is_grant and tree.grant_option and "public" in map(role_name, tree.grantees):
        message = "grant options can only be granted to roles, not to PUBLIC"
        analyzer.report(_RULE, message, "Name a role, or leave out WITH GRANT OPTION.", -1, "option")
    if not is_named or step.guard is not Guard.NONE:
        return
    if kind_group(kind) == "routine":
        for node in tree.objects[:]:
            check_named_routine(analyzer, kind, node.object_with_args, accepts_aggregates=True)
    elif kind in {"table", "sequence"}:
        _check_relations(analyzer, kind, tree)
    elif kind == "domain":
        for node in tree.objects[:]:
            _check_domain(analyzer, *qualified_name(node.list.items))


def check_default_privileges(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the privileges of ALTER DEFAULT PRIVILEGES, and that the kind of object is in a schema."""
    del step
    _check_privileges(analyzer, tree.action)
    kind = object_kind(tree.action.objtype)
    if kind in {"schema", "largeobject"} and any(name == "schemas" for name, _ in options(tree.options)):
        message = f"cannot use IN SCHEMA for default privileges on {kind}s: they are in no schema"
        analyzer.report(_RULE, message, "Leave IN SCHEMA out.", -1, "schema")


def check_grant_of_role(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that no role is granted to PUBLIC."""
    del step
    if tree.is_grant and "public" in map(role_name, tree.grantee_roles):
        message = "a role cannot be granted to PUBLIC"
        analyzer.report(_RULE, message, "Name the roles, or grant the privileges to PUBLIC.", -1, "public")


def _check_privileges(analyzer: HistoryAnalyzer, tree: Node, kinds: Iterable[str] = ()) -> None:
    """Report the first privilege that the objects cannot have.

    Args:
        analyzer: The analyzer of the statement.
        tree: The GrantStmt.
        kinds: The kinds of the relations that a GRANT on tables names, which may be sequences.
    """
    kind = object_kind(tree.objtype)
    allowed = _PRIVILEGES.get(kind)
    if kind == "table" and kinds and not set(kinds) - {"sequence"}:
        allowed = _TABLE | _SEQUENCE
    if allowed is None:
        return
    for wrapped in tree.privileges:
        name = wrapped.access_priv.priv_name
        of_columns = kind == "table" and bool(wrapped.access_priv.cols)
        if name and name not in (_COLUMN if of_columns else allowed):
            message = f"invalid privilege type {name.upper()} for {'column' if of_columns else kind.replace('_', ' ')}"
            remedy = f"It has the privileges {', '.join(sorted(_COLUMN if of_columns else allowed)).upper()}."
            analyzer.report(_RULE, message, remedy, -1, name)
            return


def _check_relations(analyzer: HistoryAnalyzer, kind: str, tree: Node) -> None:
    found = [_find_relation(analyzer, kind, node.range_var) for node in tree.objects[:]]
    kinds = [relation.kind for relation in found if relation is not None and relation.created_at is not None]
    if kind == "table" and len(kinds) == len(found):
        _check_privileges(analyzer, tree, kinds)
    for relation in found:
        if relation is None:
            continue
        for privilege in tree.privileges[:]:
            for column in names(privilege.access_priv.cols):
                if column not in SYSTEM_COLUMNS:
                    check_column_exists(analyzer, relation, column, -1)


def _find_relation(analyzer: HistoryAnalyzer, kind: str, node: Node) -> HistoryRelation | None:
    """Return the relation of a GRANT; report one that does not exist, or that has no privileges."""
    if analyzer.history.find_relation(node.schemaname, node.relname) is None:
        index = analyzer.history.find_index(node.schemaname, node.relname)
        if index is not None and index.created_at and analyzer.history.certainly_has(index):
            message = f'"{index.name}" is an index, which has no privileges'
            analyzer.report(relation_kinds.RULE, message, "Name its table.", node.location, node.relname)
            return None
    relation = analyzer.resolve_relation(node)
    statement = "GRANT ON SEQUENCE" if kind == "sequence" else "GRANT"
    return relation if relation_kinds.check_accepted(analyzer, relation, statement) else None


def _check_domain(analyzer: HistoryAnalyzer, schema_name: str, name: str) -> None:
    history = analyzer.history
    found = history.find_user_type(history.find_type_name(schema_name, name) or "")
    if found is None or found.created_at is None or not found.is_certain:
        return
    if found.kind != "domain":
        analyzer.report(_RULE, f'"{name}" is not a domain', "Write GRANT ... ON TYPE.", -1, name)
