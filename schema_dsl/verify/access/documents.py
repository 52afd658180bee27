"""Build JSON documents that have a value at a path."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schema_dsl.verify.access.provenance import JsonPath


def put(document: Any, path: JsonPath, value: object) -> Any:
    """Return a copy of a document with a value at a path. A key that is a number is a place in an array."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    if key.isdigit() and not isinstance(document, Mapping):
        items = list(document) if isinstance(document, list) else []
        items += [None] * (int(key) + 1 - len(items))
        items[int(key)] = put(items[int(key)], rest, value)
        return items
    base = dict(document) if isinstance(document, Mapping) else {}
    base[key] = put(base.get(key), rest, value)
    return base


def look_up(document: object, path: JsonPath) -> object:
    """Return the value at a path; None if there is none."""
    for key in path:
        if not isinstance(document, Mapping) or key not in document:
            return None
        document = document[key]
    return document


def read_json_values(text: str) -> Iterator[object]:
    """Yield the JSON values that a condition on a text can mean: the string, and the value that it spells in JSON."""
    yield text
    if text in ("true", "t"):
        yield True
    elif text in ("false", "f"):
        yield False
    else:
        try:
            value = json.loads(text)
        except ValueError:
            return
        yield value
        if isinstance(value, int | float):
            # On both sides of the number, for a comparison with it.
            yield from (value + 1, value - 1)


def build_documents(values: Mapping[JsonPath, Iterable[str]]) -> Iterator[Any]:
    """Yield documents with each of the texts at its path, then with true, false and another text there.

    Args:
        values: The texts that a condition compares with, by path. The empty path stands for whole documents.
    """
    for path, texts in values.items():
        for text in texts:
            further = [text] if text in _BY_TYPE else []
            found = [
                *read_json_values(text),
                [text],
                *(_BY_TYPE[each] for each in further),
                *_list_lengths(text),
            ]
            for value in found:
                yield put({}, path, value)
        for value in (True, False, "another text", [], {}) if path else ():
            yield put({}, path, value)
    yield {}


# The names that jsonb_typeof returns.
_BY_TYPE: Final[Mapping[str, object]] = {
    "array": [],
    "object": {},
    "string": "another text",
    "number": 1,
    "boolean": True,
    "null": None,
}
_LONGEST: Final = 20


def _list_lengths(text: str) -> Iterator[list[int]]:
    """Yield arrays of the length that a text spells, and of lengths beside it."""
    if text.isdigit() and int(text) <= _LONGEST:
        yield from (list(range(length)) for length in range(max(int(text) - 1, 0), int(text) + 2))


def remove(document: Any, path: JsonPath) -> Any:
    """Return a copy of a document without the value at a path."""
    key, rest = path[0], path[1:]
    copy = dict(document)
    if rest:
        copy[key] = remove(copy[key], rest)
    else:
        copy.pop(key, None)
    return copy


def merge(document: Any, part: Mapping[str, Any]) -> Any:
    """Return a copy of a document with the values of another one."""
    merged = dict(document)
    for key, value in part.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged
