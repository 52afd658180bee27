"""Read the statements of a file of SQL into declarations."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

from schema_dsl.errors import DefinitionError
from schema_dsl.model.from_sql import kinds
from schema_dsl.model.from_sql.declarations import SqlDeclarations, located
from schema_dsl.model.from_sql.instructions import list_instructions, require_used
from schema_dsl.model.identity import Origin
from schema_dsl.parsing import Script, Statement, split

Reader: TypeAlias = Callable[[Statement, SqlDeclarations], None]

_REMEDY: Final = (
    "A definitions file has CREATE, GRANT, COMMENT and ALTER TABLE ... ENABLE ROW LEVEL SECURITY, REPLICA IDENTITY or"
    " CLUSTER ON, and ENABLE or DISABLE of a trigger or rule. Put everything else into a migration."
)
_REMEDIES: Final = {
    "alter_default_privileges_stmt": "Declare DefaultPrivileges in Python.",
    "alter_owner_stmt": "Declare the object in Python, with owner=.",
}


@cache
def load_readers() -> Mapping[str, Reader]:
    """Return the readers of all kinds, by the kind of statement."""
    readers: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        readers |= import_module(f"{kinds.__name__}.{module.name}").READERS
    return readers


def read_sql_file(file: Path, declarations: SqlDeclarations) -> None:
    """Read the declarations of a file.

    Raises:
        DefinitionError: If the file is not text, or a statement is not SQL or no declaration; with its line.
    """
    script = _read_script(file)
    instructions, end = list(list_instructions(script, file)), 0
    for statement in _require_syntax(script, file):
        declarations.origin = Origin(str(file), statement.line)
        declarations.instructions = [each for each in instructions if end <= each.offset < statement.end]
        declarations.start, declarations.text = statement.start, script.text
        end = statement.end
        reader = load_readers().get(statement.kind)
        with located(declarations.origin):
            if reader is None:
                raise DefinitionError(
                    f"{_name_statement(statement)} is no declaration",
                    instead=_REMEDIES.get(statement.kind, _REMEDY),
                )
            reader(statement, declarations)
    require_used(instructions)


def read_statements(file: Path) -> Iterator[Statement]:
    """Yield the statements of a file.

    Raises:
        DefinitionError: If the file is not UTF-8, or a statement has a syntax error; with its line.
    """
    yield from _require_syntax(_read_script(file), file)


def _read_script(file: Path) -> Script:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(
            f"cannot be read: {error}", where=str(file), instead="Save the file as UTF-8."
        ) from error
    return split(text.replace("\0", ""))


def _require_syntax(script: Script, file: Path) -> Iterator[Statement]:
    for statement in script.statements:
        if statement.problem is not None:
            line = script.lines.position(statement.problem.offset or statement.start)[0]
            raise DefinitionError(
                statement.problem.message,
                where=str(Origin(str(file), line)),
                instead="Correct the SQL.",
            )
        yield statement


def _name_statement(statement: Statement) -> str:
    """Return the first words of a statement in capitals, such as INSERT or CREATE SERVER."""
    words = statement.text.split()
    is_long = [word.upper() for word in words[1:2]] in (
        ["DEFAULT"],
        ["EVENT"],
        ["FOREIGN"],
        ["TEXT"],
        ["USER"],
    )
    count = 2 + is_long if words and words[0].upper() in {"CREATE", "ALTER", "DROP"} else 1
    return " ".join(words[:count]).upper()
