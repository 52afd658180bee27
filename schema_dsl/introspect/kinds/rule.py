"""Read rules."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, compose_parenthesized
from schema_dsl.introspect.trigger_states import STATE_LETTERS
from schema_dsl.model.rule import RewriteRule, RuleEvent
from schema_dsl.model.rule_text import split_rule

_EVENTS: Final[dict[str, RuleEvent]] = {"2": "update", "3": "insert", "4": "delete"}


def _build(row: CatalogRow, _columns: ColumnNames) -> RewriteRule:
    _, name, _, event, instead, definition, state, comment = row
    where, action = split_rule(definition)
    return RewriteRule(
        name,
        _EVENTS[event],
        action,
        where=where,
        instead=instead,
        enabled=STATE_LETTERS[state],
        comment=comment,
        origin=None,
    )


def _build_statement(rule: RewriteRule, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    statement = sql.SQL("CREATE RULE {} AS ON {} TO {}").format(name, sql.SQL(rule.event), relation)
    if rule.where is not None:
        statement += sql.SQL(" WHERE ") + compose_parenthesized(rule.where)
    return statement + sql.SQL(" DO INSTEAD {}\n" if rule.instead else " DO {}\n").format(
        sql.SQL(rule.action)
    )


KIND = Kind(
    kind="rule",
    found_in="pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384",
    build=_build,
    relations=frozenset({"table", "view"}),
    canonical_query=CanonicalQuery(_build_statement, ("where", "action")),
)
