"""Read the statements of a file with sqlglot, each of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import attrs

from schema_dsl.analysis.bodies import read_body
from schema_dsl.errors import DefinitionError
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.second_reader.alter_table import read_alter_table
from schema_dsl.lint.second_reader.comments import read_comment
from schema_dsl.lint.second_reader.create_table import read_create_table
from schema_dsl.lint.second_reader.drops import read_drop, read_rename
from schema_dsl.lint.second_reader.facts import StatementFacts
from schema_dsl.lint.second_reader.grants import read_grant
from schema_dsl.lint.second_reader.indexes import read_index
from schema_dsl.lint.second_reader.policies import read_policy
from schema_dsl.lint.second_reader.sqlglot_parser import MisreadError, Unparsed
from schema_dsl.lint.second_reader.triggers import read_trigger
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement

# By the kind of statement in the grammar of Postgres. All other kinds are out of scope.
_READERS: Final[dict[str, Callable[[str], StatementFacts]]] = {
    "create_stmt": read_create_table,
    "alter_table_stmt": read_alter_table,
    "rename_stmt": read_rename,
    "index_stmt": read_index,
    "create_trig_stmt": read_trigger,
    "create_policy_stmt": read_policy,
    "alter_policy_stmt": read_policy,
    "grant_stmt": read_grant,
    "comment_stmt": read_comment,
    "drop_stmt": read_drop,
}


@attrs.frozen
class Reading:
    """A statement of a file, and the facts that sqlglot reads in it."""

    statement: Statement
    read: StatementFacts


@cached
def read_statements(source: Source) -> tuple[Reading, ...]:
    """Return the statements of a file that sqlglot models, also those inside DO blocks, in the order of the file."""
    return tuple(
        [
            Reading(statement, _read(statement))
            for statement in _expand(source.statements)
            if statement.kind in _READERS and statement.problem is None and not _is_temporary(statement)
        ]
    )


def _is_temporary(statement: Statement) -> bool:
    """Return whether a statement is about a temporary table, which is no part of the schema."""
    tree = statement.tree
    if statement.kind == "drop_stmt":
        names = [item.string.sval for node in tree.objects for item in node.list.items]
        return _TEMPORARY in names
    if statement.kind not in {"create_stmt", "index_stmt"}:
        return False
    return bool(tree.relation.relpersistence == "t" or tree.relation.schemaname == _TEMPORARY)


_TEMPORARY: Final = "pg_temp"


def _read(statement: Statement) -> StatementFacts:
    try:
        return _READERS[statement.kind](statement.text)
    except _UNEXPECTED_TREE as error:
        return StatementFacts((), Unparsed(f"its tree is unexpected: {error!r}"))


# Trees differ between versions of sqlglot. A tree that the readers do not understand is not a fault of the file, and
# neither are names and numbers that no definition can have.
_UNEXPECTED_TREE: Final = (
    MisreadError,
    DefinitionError,
    AttributeError,
    IndexError,
    KeyError,
    StopIteration,
    TypeError,
    ValueError,
)


def _expand(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements, and instead of each DO block the statements in it, also those of the blocks in it."""
    for statement in statements:
        if statement.kind != "do_stmt":
            yield statement
            continue
        body = read_body(statement)
        for part in body.parts if body is not None else ():
            yield from _expand(part.statements)
