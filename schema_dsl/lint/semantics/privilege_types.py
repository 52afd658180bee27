"""Check that the kind of an object has the privileges that a GRANT or REVOKE names."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_RULE = "privilege-type"
_TABLE = split_words("select insert update delete truncate references trigger maintain")
_SEQUENCE = split_words("usage select update")
_ROUTINE = frozenset({"execute"})
_PRIVILEGES = {
    "sequence": _SEQUENCE,
    **dict.fromkeys(("function", "procedure", "routine"), _ROUTINE),
    "schema": split_words("usage create"),
    "database": split_words("create connect temp temporary"),
    **dict.fromkeys(("type", "domain", "language", "server", "foreign_data_wrapper"), frozenset({"usage"})),
}


def check_privileges(analyzer: HistoryAnalyzer, tree: Node, kinds: Iterable[str] = ()) -> None:
    """Report the first privilege that the objects cannot have.

    Args:
        analyzer: The analyzer of the statement.
        tree: The GrantStmt.
        kinds: The kinds of the relations that a GRANT on tables names, which may be sequences.
    """
    kind = object_kind(tree.objtype)
    allowed = _PRIVILEGES.get(kind)
    if kind == "table":
        allowed = _TABLE if set(kinds) - {"sequence"} or not kinds else _TABLE | _SEQUENCE
    if allowed is None:
        return
    for wrapped in tree.privileges:
        name = wrapped.access_priv.priv_name
        if name and name not in allowed:
            message = f"invalid privilege type {name.upper()} for {kind.replace('_', ' ')}"
            remedy = f"It has the privileges {', '.join(sorted(allowed)).upper()}."
            analyzer.report(_RULE, message, remedy, -1, name)
            return
