"""Write functions and procedures: a body in Python, or the whole statement in a file of SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.python import WIDTH, PythonNode, PythonText, indent_block, quote
from schema_dsl.model.expression import unindent
from schema_dsl.model.from_sql.kinds.function import read_routine
from schema_dsl.model.function import Function
from schema_dsl.model.procedure import Procedure
from schema_dsl.parsing import split
from schema_dsl.plan.kinds import function, procedure
from schema_dsl.plan.routine import format_declaration, format_settings, has_standard_body
from schema_dsl.sql import Sql, dollar_quote

_FOLDER: Final = "sql"
_LIST_OPTIONS: Final[Mapping[str, Callable[[Any], Iterator[Sql]]]] = {
    Function.kind: function.list_options,
    Procedure.kind: procedure.list_options,
}
# Attributes that the statement in a file does not contain, and texts that a server compares: `int` is `integer`.
_NOT_COMPARED: Final = frozenset(
    {"execute", "changes", "grants", "owner", "comment", "origin", "arguments", "returns", "set"}
)


@attrs.frozen
class RoutineFile:
    """A file with the statement that creates a routine.

    Attributes:
        path: The path from the folder of the definitions.
        text: The statement.
    """

    path: str
    text: str


def choose_routine_files(
    roots: Iterable[AssembledRoot], variables: Mapping[Identity, str], plain: Collection[Identity]
) -> dict[Identity, RoutineFile]:
    """Return the files of the routines with a body in quotes, if the body of one of them has no plain text in Python.

    Args:
        roots: The objects.
        variables: Their variables, which name the files.
        plain: The objects that are written in Python.
    """
    found = [
        root
        for root in roots
        if root.identity.kind in _LIST_OPTIONS
        and root.identity not in plain
        and root.item.body is not None
        and not has_standard_body(root.item)
    ]
    if all(write_plain_body(root.item) is not None for root in found):
        return {}
    statements = {root.identity: (root.item, _build_statement(root)) for root in found}
    return {
        identity: RoutineFile(f"{_FOLDER}/{variables[identity]}.sql", text)
        for identity, (item, text) in statements.items()
        if _declares(text, item)
    }


def _build_statement(root: AssembledRoot) -> str:
    """Return the statement that creates a routine, with the options of one word on the line of the language."""
    routine = root.item
    lines: list[str] = []
    for option in _LIST_OPTIONS[root.identity.kind](routine):
        if (
            lines
            and not option.startswith(("RETURNS", "LANGUAGE", "TRANSFORM", "SUPPORT"))
            and len(lines) > 0
        ):
            lines[-1] += f" {option}"
        else:
            lines.append(option)
    lines += (setting.replace(" TO ", " = ", 1) for setting in format_settings(routine))
    body = (
        f"$${routine.body}$$" if "$" not in routine.body else dollar_quote(routine.body, root.identity.kind)
    )
    head = f"CREATE {root.identity.kind.upper()} {format_declaration(root.identity, routine)}"
    flat = head.replace("(\n    ", "(").replace("\n)", ")").replace("\n    ", " ")
    head = flat if len(flat) <= WIDTH else head
    return "\n".join([head, *lines, f"AS {body};", ""])


def _declares(text: str, routine: Any) -> bool:
    """Return whether the statement of a file declares a routine with its exact body."""
    try:
        (statement,) = split(text).statements
        declared = type(routine)(**read_routine(statement), origin=None)
    except (DefinitionError, TypeError, ValueError):
        return False
    fields = [field.name for field in attrs.fields(type(routine)) if field.eq]
    return all(
        getattr(declared, name) == getattr(routine, name) for name in fields if name not in _NOT_COMPARED
    )


def write_plain_body(routine: Any) -> PythonNode | None:
    """Return the body of a routine as text, whose indentation does not count; None if the indentation counts."""
    body = str(routine.body)
    standard = has_standard_body(routine)
    lines = unindent(body) if standard else body.strip("\n")
    text = indent_block(lines, "") if "\n" in lines else lines
    try:
        same = type(routine)(routine.name, **_read_arguments(routine), body=text, origin=None).body == body
    except (DefinitionError, TypeError):
        same = False
    if not same and not standard:
        return None
    return PythonText(lines) if "\n" in lines else quote(lines)


def _read_arguments(routine: Any) -> dict[str, Any]:
    return {
        field.name: getattr(routine, field.name)
        for field in attrs.fields(type(routine))
        if field.init and field.name not in {"name", "body", "origin"} and field.kw_only
    }
