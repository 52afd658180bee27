"""Check that INSERT and UPDATE give values only to writable columns, and to all required columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics import domains, refused_values, written_rows
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node


def check_insert(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the columns that an INSERT names, and those that it leaves out."""
    relation = _find_table(analyzer, tree)
    if relation is None or (not tree.HasField("select_stmt") and tree.cols):
        return
    query = tree.select_stmt.select_stmt
    values = _list_rows(query)
    rows = [[value.WhichOneof("node") for value in row] for row in values]
    nulls = [[is_null(value) for value in row] for row in values]
    is_default_only = not tree.HasField("select_stmt")
    if tree.cols:
        named = [target.res_target.name for target in tree.cols]
    elif relation.complete or is_default_only:
        count = max((len(row) for row in rows), default=_count_results(analyzer, query))
        named = [] if is_default_only else list(relation.columns)[:count]
    else:
        return
    locations = [target.res_target.location for target in tree.cols] or [-1] * len(named)
    overrides = enumeration("OverridingKind")[tree.override] != "OVERRIDING_NOT_SET"
    found = False
    for number, (name, location) in enumerate(zip(named, locations, strict=True)):
        column = _find_certain(relation, name)
        kinds = [row[number] for row in rows if number < len(row)]
        is_default = bool(rows) and all(kind == "set_to_default" for kind in kinds)
        if column is not None and not is_default and not (overrides and column.as_identity):
            check_written(analyzer, column, location)
        if column is not None and not found and any(row[number] for row in nulls if number < len(row)):
            # Postgres reports the first one.
            found = report_null(analyzer, relation, column, location)
    refused_values.check_rows(analyzer, relation, named, values)
    if tree.HasField("on_conflict_clause"):
        written_rows.check_arbiter(analyzer, relation, tree.on_conflict_clause)
    if len(values) > 1 or relation.partition_key or relation.partition_of is not None:
        written_rows.check_rows(analyzer, relation, named, values, tree.on_conflict_clause)
    _check_assigned(analyzer, relation, tree.on_conflict_clause.target_list)
    if rows or is_default_only:
        _check_omitted(analyzer, relation, named, rows)


def _list_rows(query: Node) -> list[list[Node]]:
    """Return the values of each row of VALUES, or of a SELECT that certainly returns one row."""
    rows = [list(row.list.items) for row in query.values_lists]
    is_plain = not (query.from_clause or query.HasField("where_clause") or query.HasField("limit_count"))
    has_one_row = is_plain and not (
        query.HasField("larg") or query.HasField("limit_offset") or query.HasField("having_clause")
    )
    targets = [each.res_target.val for each in query.target_list] if has_one_row and not rows else []
    # A function may return no row.
    is_constant = targets and all(each.WhichOneof("node") in {"a_const", "type_cast"} for each in targets)
    return [targets] if is_constant else rows


def _count_results(analyzer: HistoryAnalyzer, query: Node) -> int:
    """Return the number of columns of a SELECT; 0 if a star stands for columns that are not known."""
    targets = [each.res_target.val for each in query.target_list]
    stars = sum(
        each.HasField("column_ref") and each.column_ref.fields[-1].HasField("a_star") for each in targets
    )
    if not stars:
        return len(targets)
    nodes = [item.range_var for item in query.from_clause]
    read = analyzer.history.find_relation(nodes[0].schemaname, nodes[0].relname) if len(nodes) == 1 else None
    if read is None or not read.complete or read.uncertain or query.HasField("with_clause"):
        return 0
    return len(targets) + int(stars) * (len(read.columns) - 1)


def check_written(analyzer: HistoryAnalyzer, column: HistoryColumn, location: int) -> None:
    """Report a value for a column that only Postgres sets."""
    why = f'Column "{column.name}" is a generated column.' if column.generated else ""
    remedy = "Leave the column out."
    if column.as_identity == "always":
        why = f'Column "{column.name}" is an identity column defined as GENERATED ALWAYS.'
        remedy = "Leave the column out, or write OVERRIDING SYSTEM VALUE."
    if why:
        message = f'cannot insert a non-DEFAULT value into column "{column.name}". {why}'
        analyzer.report("column-attribute", message.rstrip("."), remedy, location, column.name)


def _check_omitted(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, named: Sequence[str], rows: list[list[str | None]]
) -> None:
    """Report a column that gets NULL because the INSERT leaves it out, or says DEFAULT."""
    defaulted = {
        name
        for number, name in enumerate(named)
        if any(number < len(row) and row[number] == "set_to_default" for row in rows)
    }
    for column in relation.columns.values():
        is_set = column.name in named and column.name not in defaulted
        # Postgres reports the first one.
        if not is_set and report_omitted(analyzer, relation, column):
            return


def report_omitted(analyzer: HistoryAnalyzer, relation: HistoryRelation, column: HistoryColumn) -> bool:
    """Report a column without a value if it certainly gets NULL and does not accept it."""
    may_be_null = not column.uncertain and _defaults_to_null(analyzer, column)
    return may_be_null and report_null(analyzer, relation, column, -1)


def _defaults_to_null(analyzer: HistoryAnalyzer, column: HistoryColumn) -> bool:
    """Return whether a column without a value certainly gets NULL."""
    if column.created_at is None or column.type is None or column.owns_sequence or column.generated:
        return False
    user_type = analyzer.history.find_user_type(column.type)
    if user_type is not None and (user_type.created_at is None or user_type.uncertain):
        return False
    default = column.default
    if default is None:
        default = domains.find_domain_default(analyzer.history, column.type)
    return default is None or is_null(default)


def report_null(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, column: HistoryColumn, location: int
) -> bool:
    """Report NULL in a column that does not accept it; return whether it is reported."""
    why = domains.find_refusal_of_null(analyzer.history, column.type)
    if not why and column.not_null and not _has_filling_trigger(relation):
        why = (
            f'null value in column "{column.name}" of relation "{relation}" violates the NOT NULL constraint'
        )
    if why:
        remedy = f"Give {column.name} a value, or a default."
        word = column.name if location >= 0 else ""
        analyzer.report("not-null-violation", why, remedy, location, word)
    return bool(why)


def _has_filling_trigger(relation: HistoryRelation) -> bool:
    """Return whether a trigger may give a column a value, or SQL with unknown names a default."""
    fills = any(
        trigger.timing == "before" and "insert" in trigger.events for trigger in relation.triggers.values()
    )
    return fills or bool(relation.unknown_kinds & {"triggers", "more triggers", "defaults"})


def check_update(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that an UPDATE sets no column that only Postgres sets."""
    relation = _find_table(analyzer, tree)
    if relation is not None:
        _check_assigned(analyzer, relation, tree.target_list)


def check_merge(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the columns that the clauses of a MERGE set, and the number of values of an INSERT."""
    _check_reachable(analyzer, tree)
    relation = _find_table(analyzer, tree)
    if relation is None:
        return
    for when in (each.merge_when_clause for each in tree.merge_when_clauses):
        if enumeration("CmdType")[when.command_type] == "CMD_UPDATE":
            _check_assigned(analyzer, relation, when.target_list)
            continue
        targets = [target.res_target for target in when.target_list]
        count = len(relation.columns)
        if not targets and len(when.values) > count and relation.complete:
            message = f"INSERT has more expressions than target columns: {len(when.values)} for {count}"
            analyzer.report("wrong-column-count", message, "Name the target columns.", -1)
        if targets and when.values and len(targets) != len(when.values):
            message = f"INSERT has {len(targets)} target columns and {len(when.values)} expressions"
            analyzer.report("wrong-column-count", message, "", targets[-1].location, targets[-1].name)
        overrides = enumeration("OverridingKind")[when.override] != "OVERRIDING_NOT_SET"
        for target, value in zip(targets, when.values, strict=False):
            column = _find_certain(relation, target.name)
            is_default = value.WhichOneof("node") == "set_to_default" or (
                overrides and column and column.as_identity
            )
            if column is not None and not is_default:
                check_written(analyzer, column, target.location)


def _check_reachable(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that no WHEN clause of a MERGE follows one of the same kind without a condition."""
    ended: set[int] = set()
    for when in (each.merge_when_clause for each in tree.merge_when_clauses):
        if when.match_kind in ended:
            message = "unreachable WHEN clause specified after unconditional WHEN clause"
            analyzer.report("misplaced-expression", message, "Remove the clause.")
            return
        if not when.HasField("condition"):
            ended.add(when.match_kind)


def _check_assigned(analyzer: HistoryAnalyzer, relation: HistoryRelation, targets: Iterable[Node]) -> None:
    for wrapped in targets:
        target = wrapped.res_target
        column = _find_certain(relation, target.name)
        is_default = target.val.WhichOneof("node") == "set_to_default"
        if column is not None and not is_default and (column.generated or column.as_identity == "always"):
            what = (
                "a generated column" if column.generated else "an identity column defined as GENERATED ALWAYS"
            )
            message = f'column "{column.name}" can only be updated to DEFAULT: it is {what}'
            analyzer.report(
                "column-attribute", message, "Leave the column out.", target.location, column.name
            )


def _find_table(analyzer: HistoryAnalyzer, tree: Node) -> HistoryRelation | None:
    if tree.HasField("with_clause"):
        return None
    relation = analyzer.history.find_relation(tree.relation.schemaname, tree.relation.relname)
    is_known = relation is not None and relation.is_named and not relation.uncertain and not relation.declared
    if relation is None or not is_known or relation.kind != "table" or "columns" in relation.unknown_kinds:
        return None
    return relation


def _find_certain(relation: HistoryRelation, name: str) -> HistoryColumn | None:
    column = relation.columns.get(name)
    return None if column is None or column.uncertain else column


def is_null(value: Node) -> bool:
    """Return whether an expression is the constant NULL, also with a cast."""
    while value.WhichOneof("node") == "type_cast":
        value = value.type_cast.arg
    return bool(value.WhichOneof("node") == "a_const" and value.a_const.isnull)
