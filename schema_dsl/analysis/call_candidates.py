"""List the functions and operators that a name may refer to, in the order of the search path."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.candidates import (
    ResolvedCall,
    are_builtin_types,
    candidates_for_count,
    hide_candidates,
    operator_candidates,
    resolve_builtin_function,
    select_candidate,
)
from schema_dsl.analysis.schema import SchemaInfo


def list_functions(schema: SchemaInfo, schema_name: str, name: str) -> list[Signature]:
    """Return the signatures of every function that a name may refer to."""
    own = [
        routine.signature._replace(definition=routine) for routine in schema.find_routines(schema_name, name)
    ]
    return _insert_builtins(schema, schema_name, own, builtins.find_functions(name))


def list_operators(schema: SchemaInfo, schema_name: str, name: str, count: int) -> list[Signature]:
    """Return the signatures of every operator with a number of operands that a name may refer to."""
    own = [
        operator.signature._replace(definition=operator)
        for operator in schema.find_operators(schema_name, name)
        if len(operator.signature.arguments) == count
    ]
    return hide_candidates(_insert_builtins(schema, schema_name, own, operator_candidates(name, count)))[0]


def _insert_builtins(
    schema: SchemaInfo, schema_name: str, own: list[Signature], builtin: Sequence[Signature]
) -> list[Signature]:
    """Insert the built-in candidates where pg_catalog is in the search path, by default before all other schemas."""
    if not builtin or schema_name not in {"", "pg_catalog"}:
        return own
    if not own:
        return list(builtin)
    path = list(schema.search_path)
    before = set(path[: path.index("pg_catalog")]) if "pg_catalog" in path else set()
    first = [candidate for candidate in own if getattr(candidate.definition, "schema", "") in before]
    return [*first, *builtin, *(candidate for candidate in own if candidate not in first)]


def choose_function(
    schema: SchemaInfo, name: str, candidates: Sequence[Signature], argument_types: tuple[str | None, ...]
) -> tuple[ResolvedCall, list[Signature]]:
    """Select the function of a call with positional arguments.

    Returns:
        The call, and the candidates that others with the same arguments hide.
    """
    is_builtin = all(candidate.definition is None for candidate in candidates)
    if is_builtin and are_builtin_types(schema, argument_types):
        return resolve_builtin_function(name, argument_types), []
    visible, hidden = hide_candidates(candidates_for_count(candidates, len(argument_types)))
    if not visible:
        return ResolvedCall(fits=False), hidden
    return select_candidate(schema, visible, argument_types), hidden
