"""Compare expressions and types as trees of sqlglot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from sqlglot import exp

from schema_dsl.lint.second_reader.sqlglot_parser import MisreadError, SqlglotNode


class Tree:
    """An expression or a type, equal to another one if their trees are equal.

    Comments, redundant outer parentheses and the case of unquoted names do not count.

    Attributes:
        node: The tree of sqlglot, without outer parentheses.
        names: The names and constants instead of those in the tree of a shape.
    """

    __slots__ = ("_form", "_shape", "names", "node")

    def __init__(self, node: SqlglotNode) -> None:
        while isinstance(node, exp.Paren):
            node = node.this
        self.node = node
        self.names: Mapping[str, str] = {}
        self._shape: Tree | None = None
        self._form: Any = None

    def rename(self, names: Mapping[str, str]) -> Tree:
        """Return the tree with other names and constants."""
        tree = Tree(self.node)
        tree.names, tree._shape = names, self
        return tree

    @property
    def form(self) -> Any:
        """The tree as nested tuples."""
        if self._form is None:
            self._form = (
                _normalize(self.node) if self._shape is None else _rename(self._shape.form, self.names)
            )
        return self._form

    def list_columns(self) -> set[str]:
        """Return the names of the columns in the expression."""
        columns = (column.this for column in self.node.find_all(exp.Column))
        found = {fold(column) for column in columns if isinstance(column, exp.Identifier)}
        return {self.names.get(name, name) for name in found}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tree):
            return False
        return (self.node is other.node and self.names == other.names) or self.form == other.form

    def __hash__(self) -> int:
        return hash(self.form)

    def __str__(self) -> str:
        """Return the text that sqlglot generates, for messages."""
        text = " ".join(str(self.node.sql(dialect="postgres", comments=False)).split())
        # sqlglot writes the names of functions in upper case.
        names = {**{other.upper(): name.upper() for other, name in self.names.items()}, **self.names}
        return re.sub(r"\w+", lambda match: names.get(match[0], match[0]), text)


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
"""A value that sqlglot cannot read, so it is compared with nothing."""
UNKNOWN_VALUES: Final = {"unknown": UNKNOWN}
"""The attributes of an object of which sqlglot can read only the name."""


def fold(identifier: SqlglotNode) -> str:
    """Return the name of an identifier as Postgres stores it: in lower case unless it is quoted.

    Raises:
        MisreadError: If sqlglot does not read a name.
    """
    if not isinstance(identifier, exp.Identifier):
        raise MisreadError(identifier.__class__.__name__)
    name = str(identifier.this)
    return name if identifier.args.get("quoted") else fold_case(name)


def fold_case(name: str) -> str:
    """Return an unquoted name as Postgres stores it: Postgres folds only ASCII letters in a UTF-8 database."""
    return name.lower() if name.isascii() else "".join(c.lower() if c.isascii() else c for c in name)


def _rename(form: Any, names: Mapping[str, str]) -> Any:
    if form.__class__ is tuple:
        return tuple([_rename(each, names) for each in form])
    return names.get(form, form) if form.__class__ is str else form


def _normalize(value: Any) -> Any:
    """Return a tree as nested tuples, without comments and absent arguments.

    Both sides of a comparison come from the same function of sqlglot, so the order of arguments is the same.
    """
    if isinstance(value, exp.Expr):
        if isinstance(value, exp.Identifier):
            return fold(value)
        form: list[Any] = [value.__class__]
        for name, argument in value.args.items():
            if argument is not None and argument is not False and argument != _EMPTY:
                form += (name, argument if argument.__class__ in _PLAIN else _normalize(argument))
        return tuple(form)
    if isinstance(value, list):
        return tuple([_normalize(each) for each in value])
    return value


_EMPTY: Final[list[Any]] = []
_PLAIN: Final = frozenset({str, bool, int, exp.DType})
