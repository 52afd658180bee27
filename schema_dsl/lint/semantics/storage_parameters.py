"""Check the names and values of storage parameters: WITH (...) and SET (...) of tables, indexes and views."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from schema_dsl.analysis.effects.effect import TableCommand
from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.trees import enumeration, node_definition, option_text
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.setting_values import is_boolean
from schema_dsl.parsing import Node

# A range of integers or real numbers, or words; no words stand for a Boolean value.
_AcceptedValues: TypeAlias = tuple[int, int] | tuple[float, float] | frozenset[str]

_RULE = "storage-parameter"
_MOST = 2**31 - 1
_BOOL: Final[frozenset[str]] = frozenset()
_BOOL_WORDS = frozenset({"on", "off", "true", "false", "yes", "no", "1", "0"})
_NUMBER = re.compile(r"\s*(?:0x[\da-f]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*\Z", re.IGNORECASE)
_FILL: dict[str, _AcceptedValues] = {"fillfactor": (10, 100)}
# The parameters of a table and its TOAST table in reloptions.c of Postgres 14 to 18.
_AUTOVACUUM: dict[str, _AcceptedValues] = {
    "autovacuum_enabled": _BOOL,
    "autovacuum_vacuum_threshold": (0, _MOST),
    "autovacuum_vacuum_max_threshold": (-1, _MOST),
    "autovacuum_vacuum_insert_threshold": (-1, _MOST),
    "autovacuum_vacuum_cost_delay": (0.0, 100.0),
    "autovacuum_vacuum_cost_limit": (1, 10_000),
    "autovacuum_vacuum_scale_factor": (0.0, 100.0),
    "autovacuum_vacuum_insert_scale_factor": (0.0, 100.0),
    "autovacuum_freeze_min_age": (0, 1_000_000_000),
    "autovacuum_freeze_max_age": (100_000, 2_000_000_000),
    "autovacuum_freeze_table_age": (0, 2_000_000_000),
    "autovacuum_multixact_freeze_min_age": (0, 1_000_000_000),
    "autovacuum_multixact_freeze_max_age": (10_000, 2_000_000_000),
    "autovacuum_multixact_freeze_table_age": (0, 2_000_000_000),
    "log_autovacuum_min_duration": (-1, _MOST),
    "vacuum_index_cleanup": _BOOL_WORDS | {"auto"},
    "vacuum_max_eager_freeze_failure_rate": (0.0, 1.0),
    "vacuum_truncate": _BOOL,
}
_TABLE: dict[str, _AcceptedValues] = {
    **_FILL,
    **_AUTOVACUUM,
    "autovacuum_analyze_scale_factor": (0.0, 100.0),
    "autovacuum_analyze_threshold": (0, _MOST),
    "parallel_workers": (0, 1024),
    "toast_tuple_target": (128, 32_736),
    "user_catalog_table": _BOOL,
    # Postgres ignores it if it is off, and refuses it if it is on.
    "oids": frozenset({"off", "false", "0", "no"}),
}
_KINDS: dict[str, dict[str, _AcceptedValues]] = {
    "table": _TABLE,
    "materialized view": _TABLE,
    "TOAST table": _AUTOVACUUM,
    "view": {
        "check_option": frozenset({"local", "cascaded"}),
        "security_barrier": _BOOL,
        "security_invoker": _BOOL,
    },
    "column": {"n_distinct": (-1.0, 1e308), "n_distinct_inherited": (-1.0, 1e308)},
    "btree index": {**_FILL, "deduplicate_items": _BOOL},
    "hash index": _FILL,
    "spgist index": _FILL,
    "gist index": {**_FILL, "buffering": frozenset({"auto", "on", "off"})},
    "gin index": {"fastupdate": _BOOL, "gin_pending_list_limit": (64, _MOST)},
    "brin index": {"autosummarize": _BOOL, "pages_per_range": (1, 131_072)},
}


def check_parameters(analyzer: HistoryAnalyzer, kind: str, nodes: Sequence[Node]) -> None:
    """Report the first parameter that does not exist, or that does not take its value.

    Args:
        analyzer: The analyzer of the statement.
        kind: The kind of the object, such as "table", "view", "gin index" or "column". Other kinds are not checked,
            such as an index of the access method of an extension.
        nodes: The DefElem nodes.
    """
    given: set[tuple[str, str]] = set()
    for wrapped in nodes:
        node = wrapped.def_elem
        # Extensions, such as TimescaleDB, read parameters of a namespace of their own.
        known = _KINDS.get("TOAST table" if node.defnamespace == "toast" else kind)
        if known is None or node.defnamespace not in {"", "toast"}:
            continue
        values = known.get(node.defname)
        if (node.defnamespace, node.defname) in given:
            message, remedy = f'parameter "{node.defname}" specified more than once', "Remove one of them."
        elif values is None:
            near = find_nearest(node.defname, known)
            message = f'unrecognized parameter "{node.defname}" of a {kind}'
            remedy = f"Did you mean {near}?" if near else f"Known are {', '.join(sorted(known))}."
        else:
            message, remedy = _find_refusal(node.defname, option_text(node.arg), values)
        if message:
            analyzer.report(_RULE, message, remedy, node.location, node.defname)
            return
        given.add((node.defnamespace, node.defname))


def check_table(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the parameters of a CREATE TABLE."""
    if tree.HasField("partspec"):
        _report_partitioned(analyzer, tree.relation.relname, tree.options)
    elif tree.access_method in {"", "heap"}:
        check_parameters(analyzer, "table", tree.options)


def check_altered(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node, alteration: TableCommand
) -> None:
    """Check the parameters of a command of ALTER TABLE, VIEW or MATERIALIZED VIEW."""
    if alteration.kind not in {"AT_SetRelOptions", "AT_SetOptions"}:
        return
    nodes = node_definition(alteration.node).list.items
    kind = object_kind(tree.objtype)
    if alteration.kind == "AT_SetOptions":
        check_parameters(analyzer, "column", nodes)
    elif relation.partition_key:
        _report_partitioned(analyzer, relation.name, nodes)
    elif kind != "table" or (relation.created_at is not None and not relation.uncertain):
        # ALTER TABLE also takes views.
        kind = relation.kind if kind == "table" else kind
        check_parameters(analyzer, kind.replace("_", " "), nodes)


def check_altered_index(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the parameters of ALTER INDEX."""
    index = analyzer.history.find_index(tree.relation.schemaname, tree.relation.relname)
    if index is None or index.created_at is None or not analyzer.history.certainly_has(index):
        return
    for wrapped in tree.cmds:
        command = wrapped.alter_table_cmd
        if enumeration("AlterTableType")[command.subtype] == "AT_SetRelOptions":
            check_parameters(analyzer, f"{index.method} index", node_definition(command).list.items)


def _report_partitioned(analyzer: HistoryAnalyzer, name: str, nodes: Sequence[Node]) -> None:
    if nodes and not nodes[0].def_elem.defnamespace:
        message = f'cannot specify storage parameters for partitioned table "{name}"'
        remedy = "Set them on each partition."
        analyzer.report(_RULE, message, remedy, nodes[0].def_elem.location, nodes[0].def_elem.defname)


def _find_refusal(name: str, text: str, values: _AcceptedValues) -> tuple[str, str]:
    """Return the message and the remedy of a value that a parameter does not take; empty texts if it does."""
    if isinstance(values, frozenset):
        is_accepted = text.lower() in values if values else is_boolean(text)
        wanted = " or ".join(sorted(values)) or "on or off"
    else:
        low, high = values
        number = _read_number(text)
        if number is not None and isinstance(low, int) and math.isfinite(number):
            number = round(number)
        is_accepted = number is not None and low <= number <= high
        wanted = f"a number from {low:g}" + (f" to {high:g}" if high < _MOST else "")
    return ("", "") if is_accepted else (f'storage parameter "{name}" cannot be {text}', f"Write {wanted}.")


def _read_number(text: str) -> float | None:
    if _NUMBER.match(text) is None:
        return None
    stripped = text.strip().lower()
    return float(int(stripped, 16)) if stripped.startswith("0x") else float(stripped)
