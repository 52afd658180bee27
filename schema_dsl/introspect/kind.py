"""What reading and probing know of a kind: one `Kind` each, found by being a file in kinds/."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from schema_dsl.introspect import kinds

_QUERIES: Final = Path(__file__).parent / "queries"

Row: TypeAlias = tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Kind:
    """How objects of a kind are read.

    The kind's query gives rows of the relation's oid, the object's name, what the model cannot express of it
    (empty or NULL where that is nothing), and then whatever `build` makes an object from.
    """

    kind: str
    build: Callable[[Row], Any]

    @property
    def query(self) -> str:
        """The kind's query."""
        return _query(self.kind)


@cache
def _query(kind: str) -> str:
    return (_QUERIES / f"{kind}.sql").read_text("utf-8")


@cache
def every_kind() -> Mapping[str, Kind]:
    """Give every kind."""
    found = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        kind: Kind = import_module(f"{kinds.__name__}.{module.name}").KIND
        found[kind.kind] = kind
    return found
