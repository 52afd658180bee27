"""Parse texts that differ only in names, numbers and defaults once.

sqlglot takes 100 to 300 µs for a column, a check or an index. The shape of a text has other names and constants in
their place, so that a large schema has few shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from schema_dsl.lint.second_reader.sqlglot_parser import is_keyword
from schema_dsl.lint.second_reader.trees import Tree

_ResultT = TypeVar("_ResultT")
# Quoted names, comments, strings that are not standard, and parameters, which are sorted, have no shape.
_UNUSUAL: Final = re.compile(r"""["$\\]|\bWITH \(|--|/\*|(?<![\w'])[eEuUxXbBnN]&?'""")
_STRING: Final = re.compile(r"'([^']*)'")
# sqlglot may read a string at another place as an interval, a path or a format.
_CONSTANTS: Final = r"DEFAULT '[^']*'(?!')|\bIN \('[^']*'(?:, '[^']*')*\)"
_TOKEN: Final = re.compile(rf"(?P<constants>{_CONSTANTS})|'(?:[^']|'')*'|\.?\d[\w.]*|\w+")
# A word with an underscore or a digit is no word of the grammar, which sqlglot might expect at that place.
_NAME: Final = re.compile(r"(?=.*[_0-9])[a-z_][a-z0-9_]*")
_NUMBER: Final = re.compile(r"[0-9]+")
_FIRST_NUMBER: Final = 900001
_MAX_CACHED: Final = 32768


def parse_by_shape(parse: Callable[[str], _ResultT]) -> Callable[[str], _ResultT]:
    """Return a function with the results of a given function, which parses each shape once.

    Args:
        parse: The function. Its result consists of trees, strings, and tuples and mappings of them.
    """

    @lru_cache(maxsize=_MAX_CACHED)
    def parse_once(text: str) -> tuple[_ResultT, frozenset[str]]:
        result = parse(text)
        return result, frozenset(_list_strings(result))

    @lru_cache(maxsize=_MAX_CACHED)
    def parse_text(text: str) -> _ResultT:
        shape, names = build_shape(text)
        result, strings = parse_once(shape)
        if names.keys() <= strings:
            return _restore(result, names) if names else result
        # sqlglot cannot parse the text, or takes one of the names or constants for something else.
        return parse_once(text)[0]

    return parse_text


def build_shape(text: str) -> tuple[str, dict[str, str]]:
    """Return a text with other names and constants, and the original ones by those; an unusual text as it is."""
    if _UNUSUAL.search(text):
        return text, {}
    names: dict[str, str] = {}

    def choose(token: str) -> str:
        # Each place has a name of its own, so that none is lost where sqlglot misreads one of two.
        other = str(_FIRST_NUMBER + len(names)) if _NUMBER.fullmatch(token) else f"x{len(names)}_"
        names[other] = token
        return other

    def replace(match: re.Match[str]) -> str:
        token = match[0]
        if match["constants"]:
            return _STRING.sub(lambda string: f"'{choose(string[1])}'", token)
        if _NUMBER.fullmatch(token) or (_NAME.fullmatch(token) and not is_keyword(token)):
            return choose(token)
        return token

    return _TOKEN.sub(replace, text), names


def _list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Tree):
        yield from _list_strings(value.form)
    elif isinstance(value, tuple | Mapping):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _list_strings(each)


def _restore(value: Any, names: Mapping[str, str]) -> Any:
    """Return a result with the original names and constants."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Tree):
        return value.rename(names)
    if isinstance(value, tuple):
        return tuple([_restore(each, names) for each in value])
    return {name: _restore(each, names) for name, each in value.items()} if isinstance(value, dict) else value
