"""Errors with SQLSTATE 42601 (syntax error) that Postgres raises after parsing.

Each kind of statement has a function that yields the messages of Postgres, with the word in error.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint import option_names
from schema_dsl.parsing import Node, Problem, Statement
from schema_dsl.parsing.lexer import tokens

REDUNDANT = "conflicting or redundant options"


class PostParseError(NamedTuple):
    """The message of Postgres, and the word in the statement to mark ("" for its start)."""

    message: str
    word: str = ""


PostParseErrors = Iterator[PostParseError]


def find_post_parse_error(statement: Statement) -> Problem | None:
    """Return the first error of a statement that parses."""
    check = _CHECKS.get(statement.kind)
    error = next(check(statement.tree), None) if check else None
    if error is None:
        return None
    offset = statement.start
    for token in tokens(statement.text):
        if error.word and token.word.strip("\"'") == error.word.lower():
            offset += token.start
            break
    return Problem(error.message, offset, error.word or None)


def _repeated_options(options: Iterable[Node], *, allowed: frozenset[str] = frozenset()) -> PostParseErrors:
    seen: set[str] = set()
    for option in options:
        name = option.def_elem.defname
        if name in seen and name not in allowed:
            yield PostParseError(REDUNDANT, name)
        seen.add(name)


def _is_boolean(value: Node) -> bool:
    kind = value.WhichOneof("node")
    if kind is None:
        return True
    if kind == "integer":
        return value.integer.ival in {0, 1}
    return kind == "boolean" or _value_word(value) in option_names.BOOLEANS


def _value_word(value: Node) -> str:
    kind = value.WhichOneof("node")
    if kind == "string":
        return str(value.string.sval).lower()
    if kind == "type_name" and value.type_name.names:
        return str(value.type_name.names[-1].string.sval).lower()
    return ""


def _utility_options(
    options: Iterable[Node], message: str, rules: dict[str, option_names.OptionValue]
) -> PostParseErrors:
    """Check a list of options, as in VACUUM or COPY."""
    for option in options:
        element = option.def_elem
        name = element.defname
        if name not in rules:
            yield PostParseError(message.format(name), name)
        elif rules[name] is option_names.OptionValue.BOOLEAN and not _is_boolean(element.arg):
            yield PostParseError(f"{name} requires a Boolean value", name)
        elif (
            rules[name] is option_names.OptionValue.MATCH
            and not _is_boolean(element.arg)
            and _value_word(element.arg) != "match"
        ):
            yield PostParseError(f'{name} requires a Boolean value or "match"', name)
        elif rules[name] is option_names.OptionValue.REQUIRED and element.arg.WhichOneof("node") is None:
            yield PostParseError(f"{name} requires a parameter", name)


def _vacuum(tree: Node) -> PostParseErrors:
    rules, command = (
        (option_names.VACUUM, "VACUUM") if tree.is_vacuumcmd else (option_names.ANALYZE, "ANALYZE")
    )
    yield from _utility_options(tree.options, f'unrecognized {command} option "{{}}"', rules)


def _explain(tree: Node) -> PostParseErrors:
    yield from _utility_options(tree.options, 'unrecognized EXPLAIN option "{}"', option_names.EXPLAIN)


def _copy(tree: Node) -> PostParseErrors:
    yield from _utility_options(tree.options, 'option "{}" not recognized', option_names.COPY)
    yield from _repeated_options(tree.options)


def _grant(tree: Node) -> PostParseErrors:
    for privilege in tree.privileges:
        name = privilege.access_priv.priv_name
        if name and name not in option_names.PRIVILEGES:
            yield PostParseError(f'unrecognized privilege type "{name}"', name)


def _grant_role(tree: Node) -> PostParseErrors:
    for option in tree.opt:
        name = option.def_elem.defname
        if name not in option_names.ROLE_GRANT_OPTIONS:
            yield PostParseError(f'unrecognized role option "{name}"', name)


def _default_privileges(tree: Node) -> PostParseErrors:
    yield from _grant(tree.action)


def _routine(options: Iterable[Node]) -> PostParseErrors:
    for option in options:
        element = option.def_elem
        if element.defname == "parallel" and _value_word(element.arg) not in {"safe", "restricted", "unsafe"}:
            yield PostParseError(
                'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE', _value_word(element.arg)
            )
    yield from _repeated_options(options, allowed=frozenset({"set"}))


def _inline(tree: Node) -> PostParseErrors:
    names = [option.def_elem.defname for option in tree.args]
    if "as" not in names:
        yield PostParseError("no inline code specified")
    yield from _repeated_options(tree.args)


def _extension(tree: Node) -> PostParseErrors:
    yield from _repeated_options(tree.options)


def _range(tree: Node) -> PostParseErrors:
    yield from _attributes(tree.params, option_names.RANGE, "type attribute")


def _define(tree: Node) -> PostParseErrors:
    kind = enumeration("ObjectType")[tree.kind]
    if kind in option_names.DEFINED:
        term, names = option_names.DEFINED[kind]
        yield from _attributes(tree.definition, names, term)


def _attributes(options: Iterable[Node], names: frozenset[str], term: str) -> PostParseErrors:
    for option in options:
        name = option.def_elem.defname
        if name not in names:
            yield PostParseError(f'{term} "{name}" not recognized', name)
    yield from _repeated_options(options)


def _publication(tree: Node) -> PostParseErrors:
    for option in tree.options:
        name = option.def_elem.defname
        if name not in option_names.PUBLICATION:
            yield PostParseError(f'unrecognized publication parameter: "{name}"', name)
    yield from _repeated_options(tree.options)


def _event_trigger(tree: Node) -> PostParseErrors:
    if tree.eventname not in option_names.EVENTS:
        yield PostParseError(f'unrecognized event name "{tree.eventname}"', tree.eventname)
    for condition in tree.whenclause:
        if condition.def_elem.defname != "tag":
            name = condition.def_elem.defname
            yield PostParseError(f'unrecognized filter variable "{name}"', name)


def _statistics(tree: Node) -> PostParseErrors:
    for kind in tree.stat_types:
        if kind.string.sval not in option_names.STATISTICS:
            yield PostParseError(f'unrecognized statistics kind "{kind.string.sval}"', kind.string.sval)


def _sequence(tree: Node) -> PostParseErrors:
    yield from _repeated_options(tree.options)
    for option in tree.options:
        owner = option.def_elem
        if owner.defname == "owned_by":
            names = owner.arg.list.items
            if len(names) == 1 and names[0].string.sval != "none":
                yield PostParseError("invalid OWNED BY option", names[0].string.sval)


def _policy(tree: Node) -> PostParseErrors:
    if tree.cmd_name in {"select", "delete"} and tree.HasField("with_check"):
        yield PostParseError("WITH CHECK cannot be applied to SELECT or DELETE", "check")
    if tree.cmd_name == "insert" and tree.HasField("qual"):
        yield PostParseError("only WITH CHECK expression allowed for INSERT", "using")


def _domain(tree: Node) -> PostParseErrors:
    kinds = [_constraint_kind(node.constraint) for node in tree.constraints[:]]
    if {"CONSTR_NULL", "CONSTR_NOTNULL"} <= set(kinds):
        yield PostParseError("conflicting NULL/NOT NULL constraints", "null")
    if kinds.count("CONSTR_DEFAULT") > 1:
        yield PostParseError("multiple default expressions", "default")
    for kind in kinds:
        if kind in option_names.NOT_FOR_DOMAINS:
            yield PostParseError(f"{option_names.NOT_FOR_DOMAINS[kind]} constraints not possible for domains")


def _constraint_kind(constraint: Node) -> str:
    return enumeration("ConstrType")[constraint.contype]


def _table(tree: Node) -> PostParseErrors:
    for element in tree.table_elts[:]:
        column = element.column_def
        # Most columns have neither.
        if len(column.constraints) > 1 or column.type_name.typmods:
            yield from _column(column)


def _alter_table(tree: Node) -> PostParseErrors:
    for command in tree.cmds[:]:
        added = getattr(command.alter_table_cmd, "def")
        if added.WhichOneof("node") == "column_def":
            yield from _column(added.column_def)


def _column(column: Node) -> PostParseErrors:
    type_node = column.type_name
    if type_node.typmods:
        name = type_node.names[-1].string.sval
        if name in option_names.WITHOUT_MODIFIER:
            yield PostParseError(f'type modifier is not allowed for type "{name}"', name)
    attributes = tuple([wrapped.constraint.contype for wrapped in column.constraints[:]])
    for conflict in _find_conflicts(attributes) if len(attributes) > 1 else ():
        yield PostParseError(f'{conflict} for column "{column.colname}"', column.colname)


# Tables have many combinations of attributes in common.
@functools.cache
def _find_conflicts(attributes: tuple[int, ...]) -> tuple[str, ...]:
    """Return the conflicts between the constraints of a column, given as ConstrTypes."""
    kinds = [enumeration("ConstrType")[number] for number in attributes]
    nulls = "CONSTR_NULL" in kinds and {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"} & set(kinds)
    return (
        *(["conflicting NULL/NOT NULL declarations"] if nulls else []),
        *(
            f"multiple {term} specified"
            for kind, term in option_names.AT_MOST_ONCE.items()
            if kinds.count(kind) > 1
        ),
        *(
            f"both {term} specified"
            for one, other, term in option_names.MUTUALLY_EXCLUSIVE
            if one in kinds and other in kinds
        ),
    )


def _update(tree: Node) -> PostParseErrors:
    seen: set[str] = set()
    for target in tree.target_list[:]:
        name = target.res_target.name
        if name in seen:
            yield PostParseError(f'multiple assignments to same column "{name}"', name)
        if not target.res_target.indirection:
            seen.add(name)


def _insert(tree: Node) -> PostParseErrors:
    clause = tree.on_conflict_clause
    if clause.target_list:
        yield from _update(clause)
        if not clause.HasField("infer"):
            message = "ON CONFLICT DO UPDATE requires inference specification or constraint name"
            yield PostParseError(message, "conflict")
    columns = len(tree.cols)
    if not tree.HasField("select_stmt"):
        return
    rows = tree.select_stmt.select_stmt.values_lists
    lengths = {len(row.list.items) for row in rows}
    if len(lengths) > 1:
        yield PostParseError("VALUES lists must all be the same length", "values")
    elif lengths and columns and max(lengths) > columns:
        yield PostParseError("INSERT has more expressions than target columns", "values")
    elif lengths and columns and max(lengths) < columns:
        yield PostParseError("INSERT has more target columns than expressions", "values")


def _select(tree: Node) -> PostParseErrors:
    if not tree.from_clause and any(_is_bare_star(target.res_target.val) for target in tree.target_list[:]):
        yield PostParseError("SELECT * with no tables specified is not valid", "*")
    if len({len(row.list.items) for row in tree.values_lists[:]}) > 1:
        yield PostParseError("VALUES lists must all be the same length", "values")


def _is_bare_star(value: Node) -> bool:
    fields = value.column_ref.fields
    return len(fields) == 1 and fields[0].WhichOneof("node") == "a_star"


_CHECKS: dict[str, Callable[[Node], PostParseErrors]] = {
    "alter_default_privileges_stmt": _default_privileges,
    "alter_function_stmt": lambda tree: _routine(tree.actions),
    "alter_seq_stmt": _sequence,
    "alter_table_stmt": _alter_table,
    "copy_stmt": _copy,
    "create_domain_stmt": _domain,
    "create_event_trig_stmt": _event_trigger,
    "create_extension_stmt": _extension,
    "create_foreign_table_stmt": lambda tree: _table(tree.base_stmt),
    "create_function_stmt": lambda tree: _routine(tree.options),
    "create_policy_stmt": _policy,
    "create_publication_stmt": _publication,
    "create_range_stmt": _range,
    "create_seq_stmt": _sequence,
    "create_stats_stmt": _statistics,
    "create_stmt": _table,
    "define_stmt": _define,
    "do_stmt": _inline,
    "explain_stmt": _explain,
    "grant_role_stmt": _grant_role,
    "grant_stmt": _grant,
    "insert_stmt": _insert,
    "select_stmt": _select,
    "update_stmt": _update,
    "vacuum_stmt": _vacuum,
}
