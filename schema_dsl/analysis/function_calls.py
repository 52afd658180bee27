"""Resolve calls of functions and operators, and report calls that Postgres would reject."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.analyzer import UNRESOLVED, Analyzer, TypedValue, typed
from schema_dsl.analysis.builtins import Signature, format_type, split_words
from schema_dsl.analysis.call_candidates import choose_function, list_functions, list_operators
from schema_dsl.analysis.candidates import (
    ResolvedCall,
    are_builtin_types,
    candidates_for_count,
    operator_candidates,
    resolve_builtin_operator,
    select_operator,
)
from schema_dsl.analysis.coercion import POLYMORPHIC, UNKNOWN, describe_type
from schema_dsl.analysis.errors import find_misspelt, find_nearest, find_swapped
from schema_dsl.analysis.format_strings import find_format_error
from schema_dsl.analysis.recorded_calls import record_call, record_operator
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import Node

# Operators that common extensions define on builtin types.
_EXTENSION_OPERATORS = split_words(
    "% <% %> <<% %>> <-> <->> <<-> <<<-> <->>> <=> <#> <+> <~> @@@ &@ &@~ &@* &^ &^~ |@| ~@ ? ?~ #= %% %# #"
)
_INTARRAY_OPERATORS = split_words("+ - & | # @@ ~~")
# Constructs of the grammar that look like function calls.
_GRAMMAR_FUNCTIONS = (
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "extract",
    "position",
    "substring",
    "overlay",
)
_EXTENSION_FUNCTIONS = split_words(
    "crypt gen_salt digest hmac encrypt decrypt armor dearmor pgp_sym_encrypt pgp_sym_decrypt gen_random_bytes "
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil "
    "uuid_ns_dns uuid_ns_url uuid_ns_oid uuid_ns_x500 similarity word_similarity strict_word_similarity "
    "show_trgm set_limit show_limit unaccent dmetaphone metaphone soundex difference levenshtein "
    "levenshtein_less_equal daitch_mokotoff hstore akeys avals skeys svals each slice crosstab connectby "
    "normal_rand tablefunc earth_distance ll_to_earth earth_box cosine_distance l2_distance inner_product "
    "l1_distance vector_dims vector_norm subvector pg_stat_statements pg_stat_statements_reset dblink "
    "dblink_exec create_hypertable time_bucket json_matches_schema jsonb_matches_schema url_encode url_decode "
    "sign verify http http_get http_post plpgsql_check_function"
)

# Extensions that define no builtin function for builtin types. Others do, for example orafce and PostGIS.
_EXTENSIONS_WITHOUT_OVERLOADS = split_words(
    "adminpack amcheck autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance "
    "file_fdw fuzzystrmatch hstore http hypopg index_advisor insert_username intarray isn lo ltree moddatetime "
    "pageinspect pg_buffercache pg_cron pg_freespacemap pg_graphql pg_hashids pg_jsonschema pg_net pg_partman "
    "pg_prewarm pg_repack pg_stat_statements pg_trgm pg_uuidv7 pg_visibility pgaudit pgcrypto pgjwt pgmq pgrowlocks "
    "pgsodium pgstattuple pgtap plpgsql plpgsql_check postgres_fdw refint rum seg sslinfo supabase_vault tablefunc "
    "tcn tsm_system_rows tsm_system_time unaccent uuid-ossp vector wrappers xml2"
)


def resolve_call(
    analyzer: Analyzer, node: Node, values: Sequence[TypedValue], *, checked: bool
) -> tuple[TypedValue, Signature | None]:
    """Resolve a FuncCall with analyzed arguments.

    If `checked` is false (named or VARIADIC arguments), the argument types are not checked.
    """
    if analyzer.recorder is not None:
        return record_call(analyzer, analyzer.recorder, node, values)
    schema_name, name = qualified_name(node.funcname)
    argument_types = tuple(value.type for value in values)
    all_candidates = list_functions(analyzer.schema, schema_name, name)
    if not all_candidates:
        if not (len(argument_types) == 1 and _may_be_cast(analyzer, schema_name, name, argument_types[0])):
            report_unknown_function(analyzer, schema_name, name, argument_types, node.location)
        return UNRESOLVED, None
    if not checked:
        results = {candidate.returns for candidate in all_candidates}
        only = all_candidates[0] if len(all_candidates) == 1 else None
        returns = results.pop() if len(results) == 1 else None
        return TypedValue(None if returns in POLYMORPHIC else returns), only
    chosen, _ = choose_function(analyzer.schema, name, all_candidates, argument_types)
    if not chosen.fits:
        if (
            None in argument_types
            or analyzer.schema.is_unread_name(name)
            or _may_overload(analyzer, schema_name, name)
            or (len(argument_types) == 1 and _may_be_cast(analyzer, schema_name, name, argument_types[0]))
        ):
            return UNRESOLVED, None
        _report_no_matching_function(
            analyzer,
            node,
            name,
            argument_types,
            all_candidates,
            counted=bool(candidates_for_count(all_candidates, len(argument_types))),
        )
        return UNRESOLVED, None
    _coerce_constants(analyzer, values, chosen.arguments, node.location)
    if chosen.signature is not None:
        _check_allowed(analyzer, node, name, chosen.signature)
        if name == "format" and chosen.signature.definition is None and values[0].literal is not None:
            error = find_format_error(values[0].literal, len(values) - 1)
            if error:
                remedy = "Write %% for a percent sign; the specifiers are %s, %I and %L."
                analyzer.report("wrong-argument-count", error, remedy, node.location, name)
    return typed(chosen.returns), chosen.signature


def check_argument_names(analyzer: Analyzer, node: Node, named: Sequence[Node]) -> None:
    """Check that a function of that name has parameters of the given names."""
    schema_name, name = qualified_name(node.funcname)
    routines = list(analyzer.schema.find_routines(schema_name, name))
    if (
        not routines
        or "functions" in analyzer.schema.unknown_kinds
        or (schema_name in {"", "pg_catalog"} and builtins.find_functions(name))
    ):
        return
    name_sets = [
        {*routine.argument_names, *(column for column, _ in routine.signature.columns)}
        for routine in routines
    ]
    if any(routine.tree is None for routine in routines) or any(
        argument_names.issuperset(argument.name for argument in named) for argument_names in name_sets
    ):
        return
    wrong = next(
        (argument for argument in named if not any(argument.name in names for names in name_sets)), named[0]
    )
    near = find_nearest(wrong.name, set().union(*name_sets))
    analyzer.report(
        "unknown-function",
        f"function {name}(... {wrong.name} => ...) does not exist",
        f"Did you mean {near}?" if near else "",
        wrong.location,
        wrong.name,
    )


def _may_overload(analyzer: Analyzer, schema_name: str, name: str) -> bool:
    """Return whether an extension of the history may define a builtin function for other arguments."""
    schema = analyzer.schema
    return (
        bool(builtins.find_functions(name))
        and (not schema_name or schema_name in schema.extension_schemas)
        and not _EXTENSIONS_WITHOUT_OVERLOADS.issuperset(schema.extensions)
    )


def _may_be_cast(analyzer: Analyzer, schema_name: str, name: str, argument_type: str | None) -> bool:
    """Return whether name(x) may be a cast, or the field of a row."""
    if argument_type is None or analyzer.schema.find_type_name(schema_name, name) is not None:
        return True
    if argument_type == UNKNOWN:
        return "types" in analyzer.schema.unknown_kinds or not analyzer.schema.is_absent_type(
            schema_name, name
        )
    return argument_type == "record" or analyzer.schema.find_row_relation(argument_type) is not None


def report_unknown_function(
    analyzer: Analyzer, schema_name: str, name: str, argument_types: Sequence[str | None], location: int
) -> None:
    """Report a function that certainly does not exist, or whose name is very probably misspelt."""
    schema = analyzer.schema
    if not schema_name and name in _EXTENSION_FUNCTIONS:
        return
    own_names = [
        key[1]
        for key in schema.routines
        if key[0] == schema_name or (not schema_name and key[0] in schema.search_path)
    ]
    all_names = (
        own_names if schema_name else [*own_names, *builtins.list_function_names(), *_GRAMMAR_FUNCTIONS]
    )
    certain = True
    if schema_name == "pg_catalog":
        near = find_nearest(name, builtins.list_function_names())
    elif schema.is_absent_routine(schema_name, name) or any(
        (home, name) in schema.dropped_routines
        for home in ((schema_name,) if schema_name else schema.search_path)
    ):
        near = find_nearest(name, all_names)
    else:
        near = find_misspelt(name, all_names, shortest=3 if schema_name else 6) or find_swapped(
            name, all_names
        )
        if (
            near is not None
            and near not in _GRAMMAR_FUNCTIONS
            and not candidates_for_count(
                list_functions(analyzer.schema, schema_name, near), len(argument_types)
            )
        ):
            near = None
        if near is None:
            if not (analyzer.declared and not schema_name and not schema.extensions):
                return
            certain = False
            near = find_nearest(name, all_names)
        elif not analyzer.declared:
            certain = False
    display = f"{schema_name}.{name}" if schema_name else name
    remedy = f"Did you mean {near}?" if near else ""
    if not certain and analyzer.declared:
        remedy = (remedy + f' If the function exists, declare it: Function("{name}", ...).').strip()
    analyzer.report(
        "unknown-function",
        f"function {display}({_format_types(argument_types)}) does not exist",
        remedy,
        location,
        name,
        certain=certain,
    )


def _report_no_matching_function(
    analyzer: Analyzer,
    node: Node,
    name: str,
    argument_types: Sequence[str | None],
    candidates: list[Signature],
    *,
    counted: bool,
) -> None:
    message = f"function {name}({_format_types(argument_types)}) does not exist"
    listed = "; ".join(
        dict.fromkeys(f"{name}({_format_signature(candidate)})" for candidate in candidates[:4])
    )
    rule = "type-mismatch" if counted else "wrong-argument-count"
    rest = "; ..." if len(candidates) > 4 else ""  # noqa: PLR2004
    analyzer.report(rule, message, f"Candidates: {listed}{rest}.", node.location, name)


def _format_signature(signature: Signature) -> str:
    types = [format_type(kind) for kind in signature.arguments]
    if signature.variadic is not None and types:
        types[-1] = f"VARIADIC {types[-1]}"
    return ", ".join(types)


def _format_types(types: Sequence[str | None]) -> str:
    return ", ".join(format_type(kind) for kind in types)


def _check_allowed(analyzer: Analyzer, node: Node, name: str, signature: Signature) -> None:
    context = analyzer.context
    if context is None:
        return
    remedy = "Call the function in a query instead."
    if signature.kind == "a" and not node.HasField("over"):
        message = f"aggregate functions are not allowed in {context.plural}"
        analyzer.report("misplaced-expression", message, remedy, node.location, name)
    elif node.HasField("over") or signature.kind == "w":
        message = f"window functions are not allowed in {context.plural}"
        analyzer.report("misplaced-expression", message, remedy, node.location, name)
    elif signature.returns_set and not context.allows_set_functions:
        message = f"set-returning functions are not allowed in {context.plural}"
        analyzer.report("misplaced-expression", message, remedy, node.location, name)
    check_immutable(analyzer, name, signature, node.location)


def check_immutable(analyzer: Analyzer, name: str, signature: Signature, location: int) -> None:
    """Report a function that is not IMMUTABLE in a clause that requires IMMUTABLE functions."""
    context = analyzer.context
    if context is None or not context.immutable_error or signature.volatility == "i" or signature.inlined:
        return
    word = {"s": "STABLE", "v": "VOLATILE"}[signature.volatility]
    analyzer.report(
        "not-immutable",
        f"{context.immutable_error}: {name} is {word}",
        _IMMUTABLE_REMEDIES.get(name, "Use an expression whose result never changes for the same row."),
        location,
        name,
    )


_IMMUTABLE_REMEDIES = {
    "now": "The result of now() changes over time: compare with now() in the query instead.",
    "date_trunc": "Truncate in a fixed time zone: date_trunc('day', at AT TIME ZONE 'UTC').",
    "concat": "Concatenate with || instead.",
    "to_char": "Call to_char() in the query instead.",
}


def resolve_operator(
    analyzer: Analyzer, name: str, values: Sequence[TypedValue], location: int, schema_name: str = ""
) -> TypedValue:
    """Resolve an operator on one or two operands; `schema_name` is the schema in OPERATOR(schema.name)."""
    if analyzer.recorder is not None:
        return record_operator(analyzer, analyzer.recorder, (schema_name, name), values, location)
    operand_types = tuple([value.type for value in values])
    if name in analyzer.schema.operators:
        return _resolve_user_operator(analyzer, schema_name, name, operand_types)
    candidates = operator_candidates(name, len(operand_types))
    if not candidates:
        if not builtins.find_operators(name) or None in operand_types:
            # Probably an operator of an extension.
            return UNRESOLVED
        chosen = ResolvedCall(fits=False)
    elif are_builtin_types(analyzer.schema, operand_types):
        chosen = resolve_builtin_operator(name, operand_types)
    else:
        chosen = select_operator(analyzer.schema, candidates, operand_types)
    if not chosen.fits:
        if (
            None in operand_types
            or name in _EXTENSION_OPERATORS
            or (name in _INTARRAY_OPERATORS and "int4[]" in operand_types)
        ):
            return UNRESOLVED
        _report_no_operator(analyzer, name, operand_types, location)
        return UNRESOLVED
    _coerce_constants(analyzer, values, chosen.arguments, location)
    if chosen.signature is not None and chosen.signature.volatility != "i":
        kinds = [describe_type(analyzer.schema, kind) for kind in operand_types]
        # Postgres replaces `value || text` by a cast of the value, which writes it as text.
        is_stable = any(kind is not None and kind.stable_output for kind in kinds)
        signature = chosen.signature._replace(inlined=chosen.signature.inlined and not is_stable)
        check_immutable(analyzer, name, signature, location)
    return typed(chosen.returns)


def _coerce_constants(
    analyzer: Analyzer, values: Sequence[TypedValue], types: Sequence[str | None], location: int
) -> None:
    """Coerce the constants among arguments or operands to the types of the parameters."""
    for value, kind in zip(values, types, strict=False):
        if value.literal is not None:
            analyzer.coerce_constant(value, kind, location)


def _resolve_user_operator(
    analyzer: Analyzer, schema_name: str, name: str, operand_types: tuple[str | None, ...]
) -> TypedValue:
    """Resolve an operator with a name that the schema defines; nothing is reported."""
    candidates = list_operators(analyzer.schema, schema_name, name, len(operand_types))
    if all(candidate.definition is None for candidate in candidates):
        return UNRESOLVED
    chosen = select_operator(analyzer.schema, candidates, operand_types)
    return TypedValue(chosen.returns) if chosen.signature is not None else UNRESOLVED


def _report_no_operator(
    analyzer: Analyzer, name: str, operand_types: Sequence[str | None], location: int
) -> None:
    types = [*map(format_type, operand_types)]
    expression = f"{types[0]} {name} {types[1]}" if len(types) > 1 else f"{name} {types[0]}"
    remedy = ""
    if len(types) > 1 and operand_types[0] != operand_types[1]:
        if "uuid" in operand_types and "text" in operand_types:
            remedy = "Cast the text to uuid, or change the column to type uuid."
        elif {"json", "jsonb"} & set(operand_types):
            remedy = "Extract the value as text with ->>, then cast the text."
        else:
            remedy = f"Cast one operand, so that both are {types[0]}."
    analyzer.report("type-mismatch", f"operator does not exist: {expression}", remedy, location, name)
