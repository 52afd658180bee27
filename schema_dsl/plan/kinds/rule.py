"""The rule of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import ParseError
from schema_dsl.parsing import Node, parse_statement, walk
from schema_dsl.plan.definition_queries import build_rule_query
from schema_dsl.plan.dependency import Dependency, depend_on_columns
from schema_dsl.plan.names import format_target_on_relation, quote_relation
from schema_dsl.plan.rename_statements import rename_part
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.trigger_states import STATE_WORDS
from schema_dsl.sql import Sql, end_line_comment, identifier, parenthesize


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    hazard = Hazard(creation.relation, "AccessExclusiveLock", "brief")
    for identity, rule in objects:
        values = {
            "name": identifier(identity.name),
            "relation": quote_relation(identity),
            "event": Sql(rule.event.upper()),
            "where": None if rule.where is None else parenthesize(rule.where),
            "instead": rule.instead,
            "action": Sql(end_line_comment(rule.action)),
        }
        yield Step(identity, "rule/create", values, () if creation.new else (hazard,))
        if rule.enabled != "origin":
            yield from _enable((identity, rule), None)


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    identity, rule = wanted
    # CREATE OR REPLACE RULE keeps the state.
    steps = list(_create([wanted], Creation(identity.relation, new=False)))
    return steps[:1] if rule.enabled != "origin" else steps


def _enable(wanted: Object, _: Any) -> Iterable[Step]:
    identity, rule = wanted
    values = {
        "relation": quote_relation(identity),
        "clauses": [Sql(f"{STATE_WORDS[rule.enabled]} RULE {identifier(identity.name)}")],
    }
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief")
    yield Step(identity, "rule/enable", values, (hazard,))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    values = {"name": identifier(identity.name), "relation": quote_relation(identity)}
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief")
    yield Step(identity, "rule/drop", values, (hazard,))


def _find_references(identity: Identity, rule: Any, state: State) -> Iterable[Dependency]:
    """Yield the dependencies on the columns of NEW and OLD, and on the objects that the statements name."""
    tree = _parse(rule)
    if tree is None:
        return
    names = (
        [field.string.sval for field in node.fields]
        for node in walk(tree)
        if node.DESCRIPTOR.name == "ColumnRef"
    )
    columns = {parts[1] for parts in names if len(parts) > 1 and parts[0] in {"new", "old"}}
    yield from depend_on_columns(identity, sorted(columns))
    for action in tree.actions:
        yield from state.resolve_node(identity, action)
    if tree.HasField("where_clause"):
        yield from state.resolve(identity, rule.where)


def _parse(rule: Any) -> Node | None:
    """Return the parse tree of the rule; the check of the definitions reports a syntax error."""
    where = "" if rule.where is None else f"WHERE ({rule.where}\n)"
    text = f"CREATE RULE r AS ON {rule.event} TO t {where} DO {rule.action}"
    try:
        return parse_statement(text).rule_stmt
    except ParseError:
        return None


_CHANGED = Alter(_replace)

RULE = KindRule(
    kind="rule",
    rank=52,
    create=_create,
    drop=_drop,
    references=_find_references,
    definition_query=build_rule_query,
    comment_target=lambda identity: format_target_on_relation("RULE", identity),
    expressions=("where", "action"),
    rename=rename_part(
        lambda relation, old, new: f"ALTER RULE {old} ON {relation} RENAME TO {new}",
        "pg_rewrite ev_class rulename",
        similar=("event", "action"),
    ),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "event": _CHANGED,
        "action": _CHANGED,
        "where": _CHANGED,
        "instead": _CHANGED,
        "enabled": Alter(_enable),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
