"""The columns of a user's own rows by which policies of other rows grant access, such as a role or a group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.joined_tables import find_tables_of_caller
from schema_dsl.lint.facts.own_rows import is_of_users
from schema_dsl.lint.facts.owners import find_owner_columns, list_alternatives
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history
from schema_dsl.lint.facts.strangers import find_open_part
from schema_dsl.lint.history.schema import HistoryRelation, Routine
from schema_dsl.lint.rule import FinalState
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

# Names of tables and columns by which users choose what they see.
_FOLLOWS = re.compile(r"follow|subscri", re.IGNORECASE)
_PREFERENCES = re.compile(r"settings|preferences", re.IGNORECASE)
_CHOICE = re.compile(r"(?:show|hide|wants?|prefers?|preferred|accepts|agrees|agreed|opt)_", re.IGNORECASE)


class Trust(NamedTuple):
    """A policy that grants access by columns of the caller's own rows.

    Attributes:
        policy: The policy.
        columns: The columns that decide.
        linked: The columns of the own rows that must equal those of the policy's row.
    """

    policy: PolicyDefinition
    columns: frozenset[str]
    linked: frozenset[str]


class _Lookup(NamedTuple):
    """A sub-select of a condition, or a query of a function that a condition calls."""

    clause: PolicyClause
    link: Node


@cached
def find_trusts(final_state: FinalState) -> dict[HistoryRelation, list[Trust]]:
    """Return the columns of the caller's own rows by which policies grant access, by table.

    A sub-select on rows of the caller compares the column with the policy's row or a constant, or selects it. The
    children of an own row are no rows of others, so a sub-select by the key of the own row grants no access.
    """
    trusts: dict[HistoryRelation, list[Trust]] = {}
    seen: set[Routine] = set()
    for policy in policies_of_history(final_state):
        for clause in policy.clauses if policy.is_for_clients else ():
            for query in _find_queries(clause, seen) if _may_look_up(clause) else ():
                for relation, columns, linked in _find_columns(query):
                    trusts.setdefault(relation, []).append(Trust(policy, columns, linked))
    return trusts


def _may_look_up(clause: PolicyClause) -> bool:
    return clause.may_read_tables and bool(clause.identity_calls)


def _find_queries(clause: PolicyClause, seen: set[Routine]) -> Iterator[_Lookup]:
    """Yield the sub-selects that let rows pass, also those of functions of `seen` that no policy has called before."""
    operators = enumeration("BoolExprType")
    negations = [
        each.node for each in clause.find_parts("BoolExpr") if operators[each.node.boolop] == "NOT_EXPR"
    ]
    negated = {id(node) for each in negations for node in walk(each)}
    for part in clause.find_parts("SubLink"):
        if id(part.node) not in negated:
            yield _Lookup(clause, part.node)
    for call in clause.identity_calls:
        routine = call.routine
        if routine is None or routine.body is None or routine in seen or id(call.node) in negated:
            continue
        seen.add(routine)
        for body in routine.body.parts:
            if body.statement.kind != "select_stmt":
                continue
            inside = PolicyClause(clause.word, body.statement.node, clause.step, clause.relation)
            # The query of the body, as a sub-select.
            link = type(body.statement.node)().sub_link
            link.sub_link_type = _NUMBERS["EXPR_SUBLINK"]
            link.subselect.CopyFrom(body.statement.node)
            yield _Lookup(PolicyClause(clause.word, link.subselect, clause.step, clause.relation), link)
            yield from (_Lookup(inside, each.node) for each in inside.find_parts("SubLink"))


_NUMBERS = {name: number for number, name in enumeration("SubLinkType").items()}


def _find_columns(query: _Lookup) -> Iterator[tuple[HistoryRelation, frozenset[str], frozenset[str]]]:
    """Yield the tables with rows of the caller in a sub-select, with the columns that decide, and the linked ones."""
    select = query.link.subselect.select_stmt
    if not select.from_clause:
        return
    is_exists = enumeration("SubLinkType")[query.link.sub_link_type] == "EXISTS_SUBLINK"
    targets = () if is_exists else select.target_list
    selected = {strings(node.fields)[-1:] for each in targets for node in walk(each) if _is_reference(node)}
    for found in find_tables_of_caller(query.clause, query.link, select):
        for alias, relation in found.tables.items():
            users, named, linked = (
                frozenset(column for each, column in columns if each == alias)
                for columns in (found.users, found.named, found.linked)
            )
            decisive = (
                named | {name for names in selected for name in names if name in relation.columns}
            ) - users
            if users and not any(len(key) == 1 and key <= decisive for key in _list_keys(relation)):
                yield relation, _without_choices(query, relation, decisive, linked), linked


def _without_choices(
    query: _Lookup, relation: HistoryRelation, columns: frozenset[str], linked: frozenset[str]
) -> frozenset[str]:
    """Return the columns without what users are meant to choose: preferences, and what they follow."""
    if _PREFERENCES.search(relation.name):
        return frozenset()
    schema, follows = query.clause.schema, _FOLLOWS.search(relation.name)
    return frozenset(
        each
        for each in columns
        if not _CHOICE.match(each)
        and not (follows and (each in linked or is_of_users(schema, relation, each)))
    )


def _is_reference(node: Node) -> bool:
    return bool(node.DESCRIPTOR.name == "ColumnRef")


def _list_keys(relation: HistoryRelation) -> Iterator[set[str]]:
    for constraint in relation.constraints.values():
        if constraint.is_key:
            yield set(constraint.columns)


def is_free(clause: PolicyClause, column: str) -> bool:
    """Return whether an alternative of a condition binds at most the owner of a row, and not the value of a column."""
    return any(
        all(_is_about_owner(clause.part(node), column) for node in _list_nodes(alternative))
        for alternative in list_alternatives(clause.tree)
    )


def _list_nodes(alternative: Node) -> Iterator[Node]:
    """Yield the operands of AND as nodes that can be parts of a clause."""
    if (
        alternative.HasField("bool_expr")
        and enumeration("BoolExprType")[alternative.bool_expr.boolop] == "AND_EXPR"
    ):
        for argument in alternative.bool_expr.args:
            yield from _list_nodes(argument)
    else:
        yield alternative


def _is_about_owner(part: PolicyClause, column: str) -> bool:
    columns = part.find_table_columns()
    if column in columns and not part.find_parts("SubLink"):
        return False
    return bool(find_owner_columns(part) - {column}) or find_open_part(part) is not None
