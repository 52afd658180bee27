"""Check the names and values of settings: SET, RESET, SHOW, ALTER ROLE ... SET and the SET of a function."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from schema_dsl.analysis.builtins import find_setting, list_settings
from schema_dsl.analysis.trees import enumeration, options
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_RULE = "invalid-setting"
_NAMED = frozenset({"VAR_SET_VALUE", "VAR_SET_DEFAULT", "VAR_SET_CURRENT", "VAR_RESET"})
_SIMILAR = 0.85
_TIMES, _SIZES = ("us", "ms", "s", "min", "h", "d"), ("B", "kB", "MB", "GB", "TB")
_NUMBER = re.compile(
    r"\s*[-+]?(?:0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(?P<unit>[a-z]*)\s*\Z", re.IGNORECASE
)
_BOOLEANS = ("true", "false", "yes", "no", "on", "off", "1", "0")
# The contexts of settings that only the configuration of the server sets.
_OF_SERVER = {
    "internal": "cannot be changed",
    "postmaster": "cannot be changed without restarting the server",
    "sighup": "cannot be changed now",
}


def check_set(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check a SET or RESET."""
    _check(analyzer, tree, in_session=True)
    del step


def check_show(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the name in a SHOW."""
    del step
    _check_name(analyzer, tree.name, -1)


def check_attached(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the setting of an ALTER ROLE, ALTER DATABASE or ALTER SYSTEM."""
    _check(analyzer, tree.setstmt, in_session=step.kind != "alter_system_stmt")


def check_function(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the settings of a CREATE FUNCTION."""
    for name, value in options(tree.options):
        if name == "set":
            _check(analyzer, value.variable_set_stmt, in_session=True)


def _check(analyzer: HistoryAnalyzer, tree: Node, *, in_session: bool) -> None:
    if enumeration("VariableSetKind")[tree.kind] not in _NAMED:
        return
    _check_name(analyzer, tree.name, tree.location)
    message = next(_find_errors(tree, in_session=in_session), "")
    if message:
        analyzer.report(_RULE, message, "", tree.location, tree.name)


def _check_name(analyzer: HistoryAnalyzer, name: str, location: int) -> None:
    """Report a misspelt name; a server may have settings that Postgres does not have."""
    lowered = name.lower()
    if "." in lowered or lowered == "all" or find_setting(lowered):
        return
    near = difflib.get_close_matches(lowered, list_settings(), n=1, cutoff=_SIMILAR)
    if near:
        message = f'unrecognized configuration parameter "{name}"'
        analyzer.report(_RULE, message, f"Did you mean {near[0]}?", location, name)


def _find_errors(tree: Node, *, in_session: bool) -> Iterator[str]:
    entries = find_setting(tree.name.lower())
    contexts = {context for _, _, context in entries}
    if in_session and len(contexts) == 1 and contexts <= _OF_SERVER.keys():
        yield f'parameter "{tree.name}" {_OF_SERVER[contexts.pop()]}'
    if len(tree.args) != 1 or not tree.args[0].a_const.HasField("sval"):
        return
    value = tree.args[0].a_const.sval.sval
    for kind, unit, _ in entries if len(entries) == 1 else ():
        if kind == "bool" and not is_boolean(value):
            yield f'parameter "{tree.name}" requires a Boolean value'
        number = _NUMBER.match(value)
        units = _TIMES if unit in _TIMES else _SIZES if unit != "-" else ()
        if kind in {"integer", "real"} and (number is None or number["unit"] not in {"", *units}):
            known = f": the units are {', '.join(units)}" if units else ""
            yield f'invalid value for parameter "{tree.name}": "{value}"{known}'


def is_boolean(value: str) -> bool:
    """Return whether Postgres reads a text as a Boolean value (parse_bool): also a part of a word, such as `t`."""
    lowered = value.strip().lower()
    return bool(lowered) and lowered != "o" and any(word.startswith(lowered) for word in _BOOLEANS)
