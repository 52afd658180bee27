"""Syntax errors that Postgres raises behind its grammar, with SQLSTATE 42601 all the same.

A table by kind of statement. A check yields what Postgres would say, and the word it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from schema_dsl.lint import option_names as known
from schema_dsl.parsing import Node, Problem, Statement
from schema_dsl.parsing.lexer import tokens

REDUNDANT = "conflicting or redundant options"


class PostParseError(NamedTuple):
    """What Postgres would say, and the word in the statement to point at ("" for its start)."""

    message: str
    word: str = ""


Complaints = Iterator[PostParseError]


def analysis_error(statement: Statement) -> Problem | None:
    """Give the first error of a statement that parses."""
    check = _CHECKS.get(statement.kind)
    complaint = next(check(statement.tree), None) if check else None
    if complaint is None:
        return None
    offset = statement.start
    for token in tokens(statement.text):
        if complaint.word and token.word.strip("\"'") == complaint.word.lower():
            offset += token.start
            break
    return Problem(complaint.message, offset, complaint.word or None)


def _twice(options: Iterable[Node], *, but: frozenset[str] = frozenset()) -> Complaints:
    seen: set[str] = set()
    for option in options:
        name = option.def_elem.defname
        if name in seen and name not in but:
            yield PostParseError(REDUNDANT, name)
        seen.add(name)


def _is_boolean(value: Node) -> bool:
    kind = value.WhichOneof("node")
    if kind is None:
        return True
    if kind == "integer":
        return value.integer.ival in {0, 1}
    return kind == "boolean" or _word(value) in known.BOOLEANS


def _word(value: Node) -> str:
    kind = value.WhichOneof("node")
    if kind == "string":
        return str(value.string.sval).lower()
    if kind == "type_name" and value.type_name.names:
        return str(value.type_name.names[-1].string.sval).lower()
    return ""


def _utility(options: Iterable[Node], what: str, rules: dict[str, known.OptionValue]) -> Complaints:
    """Check a list of options such as that of VACUUM or COPY."""
    for option in options:
        element = option.def_elem
        name = element.defname
        if name not in rules:
            yield PostParseError(what.format(name), name)
        elif rules[name] is known.OptionValue.BOOLEAN and not _is_boolean(element.arg):
            yield PostParseError(f"{name} requires a Boolean value", name)
        elif (
            rules[name] is known.OptionValue.MATCH
            and not _is_boolean(element.arg)
            and _word(element.arg) != "match"
        ):
            yield PostParseError(f'{name} requires a Boolean value or "match"', name)
        elif rules[name] is known.OptionValue.REQUIRED and element.arg.WhichOneof("node") is None:
            yield PostParseError(f"{name} requires a parameter", name)


def _vacuum(tree: Node) -> Complaints:
    rules, what = (known.VACUUM, "VACUUM") if tree.is_vacuumcmd else (known.ANALYZE, "ANALYZE")
    yield from _utility(tree.options, f'unrecognized {what} option "{{}}"', rules)


def _explain(tree: Node) -> Complaints:
    yield from _utility(tree.options, 'unrecognized EXPLAIN option "{}"', known.EXPLAIN)


def _copy(tree: Node) -> Complaints:
    yield from _utility(tree.options, 'option "{}" not recognized', known.COPY)
    yield from _twice(tree.options)


def _grant(tree: Node) -> Complaints:
    for privilege in tree.privileges:
        name = privilege.access_priv.priv_name
        if name and name not in known.PRIVILEGES:
            yield PostParseError(f'unrecognized privilege type "{name}"', name)


def _grant_role(tree: Node) -> Complaints:
    for option in tree.opt:
        name = option.def_elem.defname
        if name not in known.ROLE_GRANT_OPTIONS:
            yield PostParseError(f'unrecognized role option "{name}"', name)


def _default_privileges(tree: Node) -> Complaints:
    yield from _grant(tree.action)


def _routine(options: Iterable[Node]) -> Complaints:
    for option in options:
        element = option.def_elem
        if element.defname == "parallel" and _word(element.arg) not in {"safe", "restricted", "unsafe"}:
            yield PostParseError(
                'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE', _word(element.arg)
            )
    yield from _twice(options, but=frozenset({"set"}))


def _inline(tree: Node) -> Complaints:
    names = [option.def_elem.defname for option in tree.args]
    if "as" not in names:
        yield PostParseError("no inline code specified")
    yield from _twice(tree.args)


def _extension(tree: Node) -> Complaints:
    yield from _twice(tree.options)


def _range(tree: Node) -> Complaints:
    yield from _attributes(tree.params, known.RANGE, "type attribute")


def _define(tree: Node) -> Complaints:
    kind = tree.DESCRIPTOR.fields_by_name["kind"].enum_type.values_by_number[tree.kind].name
    if kind in known.DEFINED:
        what, names = known.DEFINED[kind]
        yield from _attributes(tree.definition, names, what)


def _attributes(options: Iterable[Node], names: frozenset[str], what: str) -> Complaints:
    for option in options:
        name = option.def_elem.defname
        if name not in names:
            yield PostParseError(f'{what} "{name}" not recognized', name)
    yield from _twice(options)


def _publication(tree: Node) -> Complaints:
    for option in tree.options:
        name = option.def_elem.defname
        if name not in known.PUBLICATION:
            yield PostParseError(f'unrecognized publication parameter: "{name}"', name)
    yield from _twice(tree.options)


def _event_trigger(tree: Node) -> Complaints:
    if tree.eventname not in known.EVENTS:
        yield PostParseError(f'unrecognized event name "{tree.eventname}"', tree.eventname)
    for condition in tree.whenclause:
        if condition.def_elem.defname != "tag":
            name = condition.def_elem.defname
            yield PostParseError(f'unrecognized filter variable "{name}"', name)


def _statistics(tree: Node) -> Complaints:
    for kind in tree.stat_types:
        if kind.string.sval not in known.STATISTICS:
            yield PostParseError(f'unrecognized statistics kind "{kind.string.sval}"', kind.string.sval)


def _sequence(tree: Node) -> Complaints:
    yield from _twice(tree.options)
    for option in tree.options:
        owner = option.def_elem
        if owner.defname == "owned_by":
            names = owner.arg.list.items
            if len(names) == 1 and names[0].string.sval != "none":
                yield PostParseError("invalid OWNED BY option", names[0].string.sval)


def _policy(tree: Node) -> Complaints:
    if tree.cmd_name in {"select", "delete"} and tree.HasField("with_check"):
        yield PostParseError("WITH CHECK cannot be applied to SELECT or DELETE", "check")
    if tree.cmd_name == "insert" and tree.HasField("qual"):
        yield PostParseError("only WITH CHECK expression allowed for INSERT", "using")


def _domain(tree: Node) -> Complaints:
    kinds = [_constraint_kind(node.constraint) for node in tree.constraints]
    if {"CONSTR_NULL", "CONSTR_NOTNULL"} <= set(kinds):
        yield PostParseError("conflicting NULL/NOT NULL constraints", "null")
    if kinds.count("CONSTR_DEFAULT") > 1:
        yield PostParseError("multiple default expressions", "default")
    for kind in kinds:
        if kind in known.NOT_FOR_DOMAINS:
            yield PostParseError(f"{known.NOT_FOR_DOMAINS[kind]} constraints not possible for domains")


def _constraint_kind(constraint: Node) -> str:
    kinds = constraint.DESCRIPTOR.fields_by_name["contype"].enum_type.values_by_number
    return str(kinds[constraint.contype].name)


def _table(tree: Node) -> Complaints:
    for element in tree.table_elts:
        if element.WhichOneof("node") == "column_def":
            yield from _column(element.column_def)


def _alter_table(tree: Node) -> Complaints:
    for command in tree.cmds:
        added = getattr(command.alter_table_cmd, "def")
        if added.WhichOneof("node") == "column_def":
            yield from _column(added.column_def)


def _column(column: Node) -> Complaints:
    declared = column.type_name
    if declared.typmods:
        name = declared.names[-1].string.sval
        if name in known.WITHOUT_MODIFIER:
            yield PostParseError(f'type modifier is not allowed for type "{name}"', name)
    if len(column.constraints) > 1:
        yield from _column_constraints(column)


def _column_constraints(column: Node) -> Complaints:
    name = column.colname
    kinds = [_constraint_kind(node.constraint) for node in column.constraints]
    if "CONSTR_NULL" in kinds and {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"} & set(kinds):
        yield PostParseError(f'conflicting NULL/NOT NULL declarations for column "{name}"', name)
    for kind, what in known.ONCE.items():
        if kinds.count(kind) > 1:
            yield PostParseError(f'multiple {what} specified for column "{name}"', name)
    for one, other, what in known.NOT_BOTH:
        if one in kinds and other in kinds:
            yield PostParseError(f'both {what} specified for column "{name}"', name)


def _update(tree: Node) -> Complaints:
    seen: set[str] = set()
    for target in tree.target_list:
        name = target.res_target.name
        if name in seen:
            yield PostParseError(f'multiple assignments to same column "{name}"', name)
        if not target.res_target.indirection:
            seen.add(name)


def _insert(tree: Node) -> Complaints:
    clause = tree.on_conflict_clause
    if clause.target_list:
        yield from _update(clause)
        if not clause.HasField("infer"):
            what = "ON CONFLICT DO UPDATE requires inference specification or constraint name"
            yield PostParseError(what, "conflict")
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


def _select(tree: Node) -> Complaints:
    if not tree.from_clause and any(_is_bare_star(target.res_target.val) for target in tree.target_list):
        yield PostParseError("SELECT * with no tables specified is not valid", "*")
    if len({len(row.list.items) for row in tree.values_lists}) > 1:
        yield PostParseError("VALUES lists must all be the same length", "values")


def _is_bare_star(value: Node) -> bool:
    fields = value.column_ref.fields
    return len(fields) == 1 and fields[0].WhichOneof("node") == "a_star"


_CHECKS: dict[str, Callable[[Node], Complaints]] = {
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
