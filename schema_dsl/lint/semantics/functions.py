"""Calls of functions and operators: whether there is such a one, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.lint import builtins
from schema_dsl.lint.builtins import Signature, shown
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.option_names import words
from schema_dsl.lint.semantics.analyzer import NOTHING, Analyzer, TypedValue
from schema_dsl.lint.semantics.calls import (
    ResolvedCall,
    are_builtin,
    builtin_function,
    builtin_operator,
    choose,
    choose_operator,
    for_count,
    operators_for,
)
from schema_dsl.lint.semantics.errors import misspelt, nearest, swapped
from schema_dsl.lint.semantics.types import POLYMORPHIC, UNKNOWN
from schema_dsl.parsing import Node

# What extensions make operators of, for types that Postgres has itself.
_SHARED_OPERATORS = words(
    "% <% %> <<% %>> <-> <->> <<-> <<<-> <->>> <=> <#> <+> <~> @@@ &@ &@~ &@* &^ &^~ |@| ~@ ? ?~ #= %% %# #"
)
_OF_INTARRAY = words("+ - & | # @@ ~~")
# What looks like a function, and is none.
_OF_THE_GRAMMAR = ("coalesce", "nullif", "greatest", "least", "extract", "position", "substring", "overlay")
_FUNCTIONS_OF_EXTENSIONS = words(
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


def candidates(a: Analyzer, where: str, name: str) -> list[Signature]:
    """Collect every function that a name can mean."""
    found = [each.signature for each in a.schema.named_routines(where, name)]
    if where in {"", "pg_catalog"}:
        found += builtins.functions(name)
    return found


def call(
    a: Analyzer, node: Node, values: Sequence[TypedValue], *, checked: bool = True
) -> tuple[TypedValue, Signature | None]:
    """Resolve a FuncCall whose arguments have been looked at.

    With `checked` false (named or VARIADIC arguments) nothing is said about the arguments.
    """
    where, name = qualified(node.funcname)
    given = tuple(value.type for value in values)
    made = [each.signature for each in a.schema.named_routines(where, name)]
    known = [*made, *builtins.functions(name)] if where in {"", "pg_catalog"} else made
    if not known:
        if not (len(given) == 1 and _as_cast(a, where, name, given[0])):
            unknown_function(a, where, name, given, node.location)
        return NOTHING, None
    if not checked:
        results = {each.returns for each in known}
        only = known[0] if len(known) == 1 else None
        returns = results.pop() if len(results) == 1 else None
        return TypedValue(None if returns in POLYMORPHIC else returns), only
    if not made and are_builtin(a.schema, given):
        chosen = builtin_function(name, given)
    else:
        fitting = for_count(known, len(given))
        chosen = choose(a.schema, fitting, given) if fitting else ResolvedCall(fits=False)
    if not chosen.fits:
        if None in given or (len(given) == 1 and _as_cast(a, where, name, given[0])):
            return NOTHING, None
        _mismatch(a, node, name, given, known, counted=bool(for_count(known, len(given))))
        return NOTHING, None
    for value, kind in zip(values, chosen.arguments, strict=False):
        a.settle(value, kind, node.location)
    if chosen.signature is not None:
        _hold_allowed(a, node, name, chosen.signature)
    return TypedValue(chosen.returns), chosen.signature


def hold_named(a: Analyzer, node: Node, named: Sequence[Node]) -> None:
    """Hold that some function of that name has arguments of those names."""
    where, name = qualified(node.funcname)
    made = list(a.schema.named_routines(where, name))
    if (
        not made
        or "functions" in a.schema.doubts
        or (where in {"", "pg_catalog"} and builtins.functions(name))
    ):
        return
    known = [{*each.argument_names, *(column for column, _ in each.signature.columns)} for each in made]
    if any(each.tree is None for each in made) or any(
        each.issuperset(argument.name for argument in named) for each in known
    ):
        return
    wrong = next((each for each in named if not any(each.name in names for names in known)), named[0])
    near = nearest(wrong.name, set().union(*known))
    a.complain(
        "unknown-function",
        f"function {name}(... {wrong.name} => ...) does not exist",
        f"Did you mean {near}?" if near else "",
        wrong.location,
        wrong.name,
    )


def _as_cast(a: Analyzer, where: str, name: str, given: str | None) -> bool:
    """Whether name(x) may be a cast, or the field of a row."""
    if given is None or a.schema.find_type(where, name) is not None:
        return True
    return given in {"record", UNKNOWN} or a.schema.row_relation(given) is not None


def unknown_function(a: Analyzer, where: str, name: str, given: Sequence[str | None], location: int) -> None:
    """Note a function that is not there, if that is sure or it must be a misspelling."""
    schema = a.schema
    if "functions" in schema.doubts or (not where and name in _FUNCTIONS_OF_EXTENSIONS):
        return
    ours = [
        key[1] for key in schema.routines if key[0] == where or (not where and key[0] in schema.search_path)
    ]
    everywhere = ours if where else [*ours, *builtins.function_names(), *_OF_THE_GRAMMAR]
    gone = any(
        (each, name) in schema.dropped_routines for each in ((where,) if where else schema.search_path)
    )
    level = Level.ERROR
    if where == "pg_catalog":
        near = nearest(name, builtins.function_names())
    elif gone or (where and where in schema.closed - schema.extended):
        near = nearest(name, everywhere)
    else:
        near = misspelt(name, everywhere, shortest=3 if where else 6) or swapped(name, everywhere)
        if (
            near is not None
            and near not in _OF_THE_GRAMMAR
            and not for_count(candidates(a, where, near), len(given))
        ):
            near = None
        if near is None:
            if not (a.declared and not where and not schema.extensions):
                return
            level = Level.WARNING
            near = nearest(name, everywhere)
        elif not a.declared:
            level = Level.WARNING
    shown_name = f"{where}.{name}" if where else name
    remedy = f"Did you mean {near}?" if near else ""
    if level is Level.WARNING and a.declared:
        remedy = (remedy + f' If it is there, declare it: Function("{name}", ...).').strip()
    a.complain(
        "unknown-function",
        f"function {shown_name}({_list(given)}) does not exist",
        remedy,
        location,
        name,
        level=level,
    )


def _mismatch(
    a: Analyzer, node: Node, name: str, given: Sequence[str | None], known: list[Signature], *, counted: bool
) -> None:
    message = f"function {name}({_list(given)}) does not exist"
    there = "; ".join(dict.fromkeys(f"{name}({_declared(each)})" for each in known[:4]))
    rule = "type-mismatch" if counted else "wrong-argument-count"
    a.complain(rule, message, f"There is {there}{'; ...' if len(known) > 4 else ''}.", node.location, name)  # noqa: PLR2004


def _declared(signature: Signature) -> str:
    written = [shown(kind) for kind in signature.arguments]
    if signature.variadic is not None and written:
        written[-1] = f"VARIADIC {written[-1]}"
    return ", ".join(written)


def _list(given: Sequence[str | None]) -> str:
    return ", ".join(shown(kind) for kind in given)


def _hold_allowed(a: Analyzer, node: Node, name: str, signature: Signature) -> None:
    place = a.place
    if place is None:
        return
    if signature.kind == "a" and not node.HasField("over"):
        message = f"aggregate functions are not allowed in {place.what}"
        a.complain("misplaced-expression", message, "An aggregate needs a query.", node.location, name)
    elif node.HasField("over") or signature.kind == "w":
        message = f"window functions are not allowed in {place.what}"
        a.complain("misplaced-expression", message, "A window needs a query.", node.location, name)
    elif signature.many and not place.sets:
        message = f"set-returning functions are not allowed in {place.what}"
        a.complain("misplaced-expression", message, "", node.location, name)
    hold_immutable(a, name, signature, node.location)


def hold_immutable(a: Analyzer, name: str, signature: Signature, location: int) -> None:
    """Refuse what may change its mind, where the result is stored."""
    place = a.place
    if place is None or not place.immutable or signature.volatility == "i" or signature.inlined:
        return
    word = {"s": "STABLE", "v": "VOLATILE"}[signature.volatility]
    a.complain(
        "not-immutable",
        f"functions in {place.one} must be marked IMMUTABLE, and {name} is {word}",
        _IMMUTABLE_INSTEAD.get(name, "Use something that always gives the same for the same row."),
        location,
        name,
    )


_IMMUTABLE_INSTEAD = {
    "now": "What was true when the row was written does not stay true: compare with now() in the query instead.",
    "date_trunc": "Truncate in a time zone: date_trunc('day', at AT TIME ZONE 'UTC').",
    "concat": "Join with || instead.",
    "to_char": "Use it in the query instead.",
}


def operate(a: Analyzer, name: str, values: Sequence[TypedValue], location: int) -> TypedValue:
    """Resolve an operator on one or two operands."""
    given = tuple(value.type for value in values)
    if name in a.schema.operators:
        return NOTHING
    known = operators_for(name, len(given))
    if not known:
        if not builtins.operators(name) or None in given:
            # An extension's, most likely.
            return NOTHING
        chosen = ResolvedCall(fits=False)
    elif are_builtin(a.schema, given):
        chosen = builtin_operator(name, given)
    else:
        chosen = choose_operator(a.schema, known, given)
    if not chosen.fits:
        if None in given or name in _SHARED_OPERATORS or (name in _OF_INTARRAY and "int4[]" in given):
            return NOTHING
        _no_operator(a, name, given, location)
        return NOTHING
    for value, kind in zip(values, chosen.arguments, strict=False):
        a.settle(value, kind, location)
    if chosen.signature is not None and chosen.signature.volatility != "i":
        hold_immutable(a, name, chosen.signature, location)
    return TypedValue(chosen.returns)


def _no_operator(a: Analyzer, name: str, given: Sequence[str | None], location: int) -> None:
    words = [*map(shown, given)]
    spelt = f"{words[0]} {name} {words[1]}" if len(words) > 1 else f"{name} {words[0]}"
    remedy = ""
    if len(words) > 1 and given[0] != given[1]:
        if "uuid" in given and "text" in given:
            remedy = "Cast the text to uuid, or make the column a uuid."
        elif {"json", "jsonb"} & set(given):
            remedy = "Take the value out as text with ->>, and cast it."
        else:
            remedy = f"Cast one of them, so that {words[0]} is compared with {words[0]}."
    a.complain("type-mismatch", f"operator does not exist: {spelt}", remedy, location, name)
