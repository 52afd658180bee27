"""The creation of functions and procedures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from schema_dsl.analysis import builtins
from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.existence import Exists, find_in_catalog
from schema_dsl.plan.rule import Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, dollar_quote, end_line_comment, identifier, literal, qualified

RANK: Final = 12
# A body in the syntax of the SQL standard is no string.
_READS_TABLE: Final = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE)\b", re.IGNORECASE)
_STANDARD_BODY: Final = re.compile(r"\s*(?:BEGIN\s+ATOMIC|RETURN)\b", re.IGNORECASE)
_LIST_SETTINGS: Final = frozenset(
    {"search_path", "datestyle", "session_preload_libraries", "local_preload_libraries", "temp_tablespaces"}
)


def format_target(identity: Identity) -> Sql:
    """Format a routine with the types of its arguments: `public.f(integer, text)`."""
    types = ", ".join(map(format_full_type, identity.arguments or ()))
    return Sql(f"{qualified(identity.schema, identity.name)}({types})")


def format_full_type(name: str) -> str:
    """Format the full name of a type, as an identity has it, as SQL."""
    base, suffix = (name[:-2], "[]") if name.endswith("[]") else (name, "")
    schema, dot, own_name = base.partition(".")
    if dot:
        return f"{qualified(schema, own_name)}{suffix}"
    # Without quotes, char is character(1), and any is a keyword.
    return f"{identifier(base) if base in {'char', 'any'} else builtins.format_type(base)}{suffix}"


def has_standard_body(routine: Any) -> bool:
    """Return whether the body is in the syntax of the SQL standard, which Postgres parses when it creates it."""
    return routine.language.lower() == "sql" and _STANDARD_BODY.match(routine.body) is not None


def format_declaration(identity: Identity, routine: Any) -> Sql:
    """Format the name and the arguments, one a line if there are several."""
    arguments = [format_argument(argument) for argument in routine.arguments if argument.mode != "table"]
    name = qualified(identity.schema, identity.name)
    if len(arguments) <= 1:
        return Sql(f"{name}({''.join(arguments)})")
    joined = ",\n    ".join(arguments)
    return Sql(f"{name}(\n    {joined}\n)")


def format_argument(argument: Any) -> str:
    """Format an argument as CREATE FUNCTION expects it."""
    mode = "" if argument.mode == "in" else f"{argument.mode.upper()} "
    name = f"{identifier(argument.name)} " if argument.name else ""
    default = "" if argument.default is None else f" DEFAULT {end_line_comment(argument.default)}"
    return f"{mode}{name}{argument.type}{default}"


def format_returns(routine: Any) -> Sql:
    """Format the result type: that of a table from its columns."""
    columns = [argument for argument in routine.arguments if argument.mode == "table"]
    if not columns:
        return Sql(routine.returns)
    listed = ", ".join(f"{identifier(column.name)} {column.type}" for column in columns)
    return Sql(f"TABLE ({listed})")


def format_body(identity: Identity, routine: Any) -> Sql:
    """Format the body: a block of SQL, or a string behind AS."""
    if has_standard_body(routine):
        return Sql(routine.body.strip())
    if routine.language.lower() in {"c", "internal"}:
        # The body is the name of a function of the server or of a library.
        library = getattr(routine, "library", None)
        names = [name for name in (library, str(routine.body).strip()) if name is not None]
        return Sql(f"AS {', '.join(map(literal, names))}")
    return Sql(f"AS {dollar_quote(routine.body, identity.kind)}")


def format_transforms(routine: Any) -> Sql:
    """Format the TRANSFORM clause."""
    return Sql(f"TRANSFORM {', '.join(f'FOR TYPE {kind}' for kind in routine.transforms)}")


def format_settings(routine: Any) -> Iterator[Sql]:
    """Yield the SET clauses."""
    for name, value in routine.set:
        parts = [part.strip() for part in value.split(",")] if name in _LIST_SETTINGS else [value]
        listed = ", ".join(literal(part.strip('"').replace('""', '"')) for part in parts)
        yield Sql(f"SET {'.'.join(map(identifier, name.split('.')))} TO {listed}")


def build_create_step(template: str, wanted: Object, options: Iterable[Sql]) -> Step:
    """Build the step that creates a routine, or that replaces it; a replaced one keeps its privileges.

    Args:
        template: The template.
        wanted: The identity and the routine.
        options: The clauses between the arguments and the body.
    """
    identity, routine = wanted
    values = {
        "declaration": format_declaration(identity, routine),
        "options": [*options, *format_settings(routine)],
        "body": format_body(identity, routine),
        # Postgres applies the policies of tables to a body in SQL when it checks the body.
        "is_checked": routine.language.lower() == "sql" and _READS_TABLE.search(routine.body) is not None,
        "lifts_row_security": False,
    }
    return Step(identity, template, values)


def keeps_signature(before: Any, wanted: Any) -> bool:
    """Return whether CREATE OR REPLACE accepts the new arguments: it changes no name, and removes no default."""
    old = [(argument.mode, argument.name, argument.type) for argument in before.arguments]
    new = [(argument.mode, argument.name, argument.type) for argument in wanted.arguments]
    return old == new and all(
        former.default is None or argument.default is not None
        for former, argument in zip(before.arguments, wanted.arguments, strict=True)
    )


def find_references(identity: Identity, routine: Any, state: State) -> Iterator[Dependency]:
    """Yield the dependencies of a routine: its types, its defaults, and the objects that its body names."""
    spellings = [argument.type for argument in routine.arguments]
    returns = getattr(routine, "returns", "").removeprefix("SETOF ")
    for spelling in (*spellings, returns):
        yield from state.resolve_type(identity, spelling)
    yield from state.resolve(identity, *(argument.default for argument in routine.arguments))
    # Postgres keeps a string as it is, and resolves its names when the routine runs.
    on_replace = OnReplace.RECREATE if has_standard_body(routine) else OnReplace.UNTOUCHED
    yield from state.resolve_query(identity, build_statement(identity, routine), on_replace=on_replace)


def build_statement(identity: Identity, routine: Any) -> str:
    """Build the CREATE FUNCTION or CREATE PROCEDURE statement, with the options on which its use by others depends."""
    returns = f" RETURNS {format_returns(routine)}" if hasattr(routine, "returns") else ""
    # An index or a generated column may call only an immutable function.
    volatility = getattr(routine, "volatility", "").upper()
    settings = " ".join(format_settings(routine))
    if getattr(routine, "transforms", ()):
        settings = f"{format_transforms(routine)} {settings}"
    return (
        f"CREATE {identity.kind.upper()} {format_declaration(identity, routine)}{returns}"
        f" LANGUAGE {identifier(routine.language)} {volatility} {settings} {format_body(identity, routine)}"
    )


def build_definition_query(identity: Identity) -> Sql:
    """Build the SQL expression for the definition of a routine, without its privileges."""
    return Sql(f"pg_catalog.pg_get_functiondef({format_routine_oid(identity)})")


def format_routine_oid(identity: Identity) -> Sql:
    """Format the oid of a routine as an SQL expression: NULL if it does not exist, or the type of an argument does not.

    Before Postgres 16, to_regprocedure raises an error if a type does not exist.
    """
    target = literal(str(format_target(identity)))
    types = dict.fromkeys(format_full_type(each) for each in identity.arguments or () if "." in each)
    if types:
        exist = " AND ".join(
            f"pg_catalog.to_regtype({literal(each)}) IS NOT NULL" for each in map(str, types)
        )
        target = Sql(f"CASE WHEN {exist} THEN {target} END")
    return Sql(f"pg_catalog.to_regprocedure({target})")


def routine_exists(*prokinds: str) -> Exists:
    """Build the condition that a routine exists, by the letters of its kind in pg_proc."""

    def build(identity: Identity) -> Sql:
        return find_in_catalog("pg_proc", f"oid = {format_routine_oid(identity)}", "prokind", *prokinds)

    return build


def find_named_routines(state: State, names: Iterable[str]) -> Iterator[Identity]:
    """Yield the routines that SQL names without the types of their arguments: all of a name."""
    wanted = {name.strip() for name in names}
    for identity in state.objects:
        if identity.kind in ROUTINE_KINDS and wanted & {
            str(qualified(identity.schema, identity.name)),
            str(identifier(identity.name)),
        }:
            yield identity
