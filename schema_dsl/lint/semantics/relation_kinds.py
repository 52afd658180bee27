"""Check that a statement can be applied to a relation of its kind: a table, a view, a materialized view, a sequence."""

from __future__ import annotations

from schema_dsl.analysis.builtins import find_functions
from schema_dsl.analysis.trees import enumeration, options, qualified_name
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node, walk

RULE = "relation-kind"
# The kinds that each statement accepts, by its words in messages of Postgres.
_TABLES = frozenset({"table", "foreign_table"})
_ACCEPTED = {
    "TRUNCATE": _TABLES,
    "CLUSTER": frozenset({"table", "materialized_view"}),
    "COPY FROM": _TABLES,
    "COPY TO": _TABLES | {"materialized_view"},
    "CREATE POLICY": frozenset({"table"}),
    "CREATE INDEX": frozenset({"table", "materialized_view"}),
    "CREATE TRIGGER": _TABLES | {"view"},
    "CREATE RULE": _TABLES | {"view"},
    "CREATE STATISTICS": _TABLES | {"materialized_view"},
    "ADD TABLE": frozenset({"table"}),
    "GRANT": _TABLES | {"view", "materialized_view", "sequence"},
    "GRANT ON SEQUENCE": frozenset({"sequence"}),
    "INHERITS": _TABLES,
    "REFERENCES": frozenset({"table"}),
    "REFRESH MATERIALIZED VIEW": frozenset({"materialized_view"}),
    "ADD COLUMN": _TABLES | {"composite_type", "type"},
    "ADD CONSTRAINT": _TABLES,
    "DROP COLUMN": _TABLES | {"composite_type", "type"},
    "ALTER COLUMN ... TYPE": _TABLES | {"composite_type", "type"},
    "ALTER COLUMN ... SET NOT NULL": _TABLES,
    "ALTER COLUMN ... DROP NOT NULL": _TABLES,
    "ALTER COLUMN ... DEFAULT": _TABLES | {"view"},
    "ENABLE ROW LEVEL SECURITY": frozenset({"table"}),
    "FORCE ROW LEVEL SECURITY": frozenset({"table"}),
}
# A remedy names the first of the accepted kinds.
_TABLE_FIRST = (
    "table",
    "foreign_table",
    "materialized_view",
    "view",
    "composite_type",
    "type",
    "sequence",
).index
_UNWRITABLE = frozenset({"materialized_view", "sequence"})
_WRITES = {
    "insert_stmt": "insert into",
    "update_stmt": "update",
    "delete_stmt": "delete from",
    "merge_stmt": "merge into",
}


def check_accepted(analyzer: HistoryAnalyzer, relation: HistoryRelation | None, statement: str) -> bool:
    """Check that a statement, or a command of ALTER TABLE, accepts the kind of a relation; return whether it may."""
    words = _ALTERATIONS.get(statement, statement)
    accepted = _ACCEPTED.get(words)
    if accepted is None or relation is None or relation.kind in accepted or not is_certain(relation):
        return True
    kind = relation.kind.replace("_", " ")
    article = "an" if kind[0] in "aeiou" else "a"
    message = f'{words} cannot be applied to "{relation}": it is {article} {kind}'
    analyzer.report(
        RULE, message, f"Name a {min(accepted, key=_TABLE_FIRST).replace('_', ' ')}.", -1, relation.name
    )
    return False


_ALTERATIONS = {
    "AT_AddColumn": "ADD COLUMN",
    "AT_AddConstraint": "ADD CONSTRAINT",
    "AT_DropColumn": "DROP COLUMN",
    "AT_AlterColumnType": "ALTER COLUMN ... TYPE",
    "AT_SetNotNull": "ALTER COLUMN ... SET NOT NULL",
    "AT_DropNotNull": "ALTER COLUMN ... DROP NOT NULL",
    "AT_ColumnDefault": "ALTER COLUMN ... DEFAULT",
    "AT_EnableRowSecurity": "ENABLE ROW LEVEL SECURITY",
    "AT_ForceRowSecurity": "FORCE ROW LEVEL SECURITY",
}


def is_certain(relation: HistoryRelation) -> bool:
    """Return whether the history created a relation, which certainly still exists."""
    return relation.created_at is not None and not relation.declared and relation.certainly_exists


def check_write(analyzer: HistoryAnalyzer, kind: str, tree: Node) -> bool:
    """Check that the target of an INSERT, UPDATE or DELETE can be written; return whether it may."""
    node = tree.relation
    relation = analyzer.history.find_relation(node.schemaname, node.relname)
    if relation is None or not is_certain(relation) or kind not in _WRITES:
        return True
    message = remedy = ""
    if relation.kind in _UNWRITABLE:
        message = f'cannot change {relation.kind.replace("_", " ")} "{relation}"'
        remedy = "Write to the tables that it reads." if relation.kind != "sequence" else "Use setval()."
    elif relation.kind == "view" and not (relation.triggers or relation.rules or _does_nothing(kind, tree)):
        reason = find_not_updatable(relation)
        if reason and not relation.unknown_kinds & {"triggers", "columns"}:
            message = f'cannot {_WRITES[kind]} view "{relation}": {reason}'
            remedy = "Write to its table, or create an INSTEAD OF trigger."
    if message:
        analyzer.report(RULE, message, remedy, node.location, relation.name)
    return not message


def _does_nothing(kind: str, tree: Node) -> bool:
    """Return whether each action of a MERGE is DO NOTHING."""
    return kind == "merge_stmt" and all(
        enumeration("CmdType")[each.merge_when_clause.command_type] == "CMD_NOTHING"
        for each in tree.merge_when_clauses
    )


def find_not_updatable(relation: HistoryRelation) -> str:
    """Return why Postgres cannot write through a view (view_query_is_auto_updatable); "" if it can or may."""
    return "" if relation.query is None else _find_obstacle(relation.query)


def check_option(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that a view with CHECK OPTION is one through which Postgres can write."""
    has_option = enumeration("ViewCheckOption")[tree.with_check_option] not in {
        "NO_CHECK_OPTION",
        "VIEW_CHECK_OPTION_UNDEFINED",
    }
    has_option = has_option or any(name == "check_option" for name, _ in options(tree.options))
    reason = _find_obstacle(tree.query) if has_option else ""
    if reason:
        message = f"WITH CHECK OPTION is supported only on automatically updatable views: {reason}"
        analyzer.report(RULE, message, "Leave WITH CHECK OPTION out.", tree.view.location, tree.view.relname)


def _find_obstacle(query: Node) -> str:
    query = query.select_stmt if query.DESCRIPTOR.name == "Node" else query
    from_kinds = [item.WhichOneof("node") for item in query.from_clause]
    found = {
        "views containing UNION, INTERSECT, or EXCEPT": enumeration("SetOperation")[query.op]
        not in {"SETOP_NONE", "SET_OPERATION_UNDEFINED"},
        "views containing DISTINCT": bool(query.distinct_clause),
        "views containing GROUP BY": bool(query.group_clause),
        "views containing HAVING": bool(query.having_clause.WhichOneof("node")),
        "views containing WITH": query.HasField("with_clause"),
        "views containing LIMIT or OFFSET": any(
            each.WhichOneof("node") for each in (query.limit_count, query.limit_offset)
        ),
        "views that do not select from a single table or view": from_kinds != ["range_var"],
    }
    reason = next((reason for reason, present in found.items() if present), "")
    if not reason:
        reason = next(filter(None, map(_find_function, query.target_list)), "")
    return f"{reason} are not automatically updatable" if reason else ""


def _find_function(target: Node) -> str:
    """Return which functions in a column of a view, outside of sub-selects, keep Postgres from writing through it."""
    nodes = list(walk(target))
    if any(node.DESCRIPTOR.name == "SubLink" for node in nodes):
        return ""
    for call in (node for node in nodes if node.DESCRIPTOR.name == "FuncCall"):
        schema, name = qualified_name(call.funcname)
        if call.HasField("over"):
            return "views that return window functions"
        if schema in {"", "pg_catalog"} and any(each.kind == "a" for each in find_functions(name)):
            return "views that return aggregate functions"
    return ""
