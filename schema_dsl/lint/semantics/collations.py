"""Check that the collations that statements name exist, and that a type has collations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schema_dsl.analysis.builtins import find_type, format_type, split_words
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_BUILTIN = {"C", "POSIX", "default", "ucs_basic", "unicode", "pg_c_utf8", "pg_unicode_fast"}
# Postgres also has a collation for each locale of the operating system, such as de_DE.utf8 and german, and of ICU.
_LOCALE = re.compile(r"[A-Za-z]{2,3}([_.@-].*)?\Z|C[._].*|.*-x-icu\Z")
_LOCALE_NAMES = split_words(
    "bokmal bokmål catalan croatian czech danish dansk deutsch dutch eesti estonian finnish français french galego "
    "galician german greek hebrew hrvatski hungarian icelandic italian japanese japanese.euc korean korean.euc "
    "lithuanian norwegian nynorsk polish portuguese romanian russian slovak slovene slovenian spanish swedish thai "
    "turkish"
)
# Names that differ from a built-in collation only in case, as Postgres reads them without quotes.
_UNQUOTED = {"c": "C", "posix": "POSIX"}


def check_collation(analyzer: HistoryAnalyzer, schema_name: str, name: str, location: int) -> None:
    """Report a collation that certainly does not exist."""
    history = analyzer.history
    if analyzer.declared or history.unknown_kinds or history.find_other("collation", schema_name, name):
        return
    if schema_name in {"", "pg_catalog"} and (
        name in _BUILTIN or _LOCALE.match(name) or name in _LOCALE_NAMES
    ):
        return
    homes = (schema_name,) if schema_name else history.search_path
    is_known = all(home in history.fully_known_schemas | {"pg_catalog"} for home in homes) and bool(homes)
    if not is_known and name not in _UNQUOTED:
        return
    near = _UNQUOTED.get(name) or find_nearest(
        name, [*(other for kind, _, other in history.others if kind == "collation"), *_BUILTIN]
    )
    remedy = f'Did you mean "{near}"?' if near else "Create the collation first."
    analyzer.report("unknown-collation", f'collation "{name}" does not exist', remedy, location, name)


def check_clause(analyzer: HistoryAnalyzer, node: Node, kind: str | None) -> None:
    """Check the COLLATE of a column, an attribute or a domain of a type."""
    if node.HasField("coll_clause"):
        clause = node.coll_clause
        check_names(analyzer, clause.collname, kind, clause.location)


def check_names(analyzer: HistoryAnalyzer, parts: Sequence[Node], kind: str | None, location: int) -> None:
    """Check the name of a collation, and that a type has collations."""
    check_collation(analyzer, *qualified_name(parts), location)
    builtin = find_type(kind) if kind is not None else None
    if builtin is not None and builtin.kind != "p" and builtin.category not in "SA":
        message = f"collations are not supported by type {format_type(kind)}"
        analyzer.report("type-mismatch", message, "Remove COLLATE.", location)
