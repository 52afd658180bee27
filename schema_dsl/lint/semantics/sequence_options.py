"""Check the options of a sequence, as init_params in Postgres does."""

from __future__ import annotations

from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_RULE = "sequence-options"
_TYPES = {
    **dict.fromkeys(("int2", "smallint"), ("smallint", 2**15)),
    **dict.fromkeys(("int4", "integer", "int"), ("integer", 2**31)),
    **dict.fromkeys(("int8", "bigint"), ("bigint", 2**63)),
}


def check_options(
    analyzer: HistoryAnalyzer, nodes: Node, kind: str, location: int, *, is_new: bool = True
) -> None:
    """Check the options of a sequence, or of an identity column.

    Args:
        analyzer: The analysis of the statement.
        nodes: The options.
        kind: The type of the values; the options may name another one.
        location: The location for a finding.
        is_new: Whether options that are not given have their defaults; false for ALTER SEQUENCE.
    """
    given: dict[str, Node] = {}
    for name, value in options(nodes):
        if name in given:
            _report(analyzer, f"conflicting or redundant options: {name.upper()} is given twice", location)
            return
        given[name] = value
    if "as" in given:
        kind = names(given["as"].type_name.names)[-1]
        if kind not in _TYPES:
            _report(analyzer, "sequence type must be smallint, integer, or bigint", location)
            return
    if kind in _TYPES:
        message = _find_contradiction(given, *_TYPES[kind], is_new=is_new)
        if message:
            _report(analyzer, message, location)


def _find_contradiction(given: dict[str, Node], type_name: str, limit: int, *, is_new: bool) -> str:
    """Return the first contradiction between the options of a sequence; "" if there is none."""
    numbers = {name: _read_number(value) for name, value in given.items()}
    increment = numbers.get("increment", 1)
    if increment == 0:
        return "INCREMENT must not be zero"
    if increment is None or (None in (numbers.get("minvalue", 0), numbers.get("maxvalue", 0)) and not is_new):
        return ""
    defaults = ((1, limit - 1) if increment > 0 else (-limit, -1)) if is_new else (None, None)
    lowest = _choose(numbers, "minvalue", defaults[0])
    highest = _choose(numbers, "maxvalue", defaults[1])
    cache = numbers.get("cache")
    messages = (
        _exceed_type(lowest, highest, type_name, limit),
        *(_exceed_bounds(word, numbers.get(word), lowest, highest) for word in ("start", "restart")),
        f"CACHE ({cache}) must be greater than zero" if cache is not None and cache <= 0 else "",
    )
    return next((message for message in messages if message), "")


def _exceed_type(lowest: int | None, highest: int | None, type_name: str, limit: int) -> str:
    for word, bound in (("MAXVALUE", highest), ("MINVALUE", lowest)):
        if bound is not None and not -limit <= bound < limit:
            return f"{word} ({bound}) is out of range for sequence data type {type_name}"
    if lowest is not None and highest is not None and lowest >= highest:
        return f"MINVALUE ({lowest}) must be less than MAXVALUE ({highest})"
    return ""


def _exceed_bounds(word: str, value: int | None, lowest: int | None, highest: int | None) -> str:
    if value is not None and lowest is not None and value < lowest:
        return f"{word.upper()} value ({value}) cannot be less than MINVALUE ({lowest})"
    if value is not None and highest is not None and value > highest:
        return f"{word.upper()} value ({value}) cannot be greater than MAXVALUE ({highest})"
    return ""


def _choose(numbers: dict[str, int | None], name: str, default: int | None) -> int | None:
    """Return a bound; NO MINVALUE and NO MAXVALUE mean the default."""
    value = numbers.get(name)
    return default if value is None else value


def _read_number(node: Node) -> int | None:
    try:
        return int(option_text(node))
    except (ValueError, AttributeError):
        return None


def _report(analyzer: HistoryAnalyzer, message: str, location: int) -> None:
    analyzer.report(_RULE, message, "", location)
