"""Find migrations that create no object with default privileges.

If the states before such a migration differ in pg_default_acl only, the migration, each part of it and its rollback
have the same effect under every setting of default privileges.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from schema_dsl.analysis.bodies import expand_blocks, read_body
from schema_dsl.analysis.effects import effects
from schema_dsl.parsing import Statement
from schema_dsl.parsing.plpgsql_tree import SqlRole
from schema_dsl.postgres import Database
from schema_dsl.verify.databases.marked_defaults import has_hazard
from schema_dsl.verify.scripts.apply import split_statements
from schema_dsl.verify.subject import Subject

_WITHOUT_PRIVILEGES: Final = frozenset({"index", "policy", "trigger", "statistics"})
_WITH_DEPENDENTS: Final = frozenset({"column", "expression"})
# The kinds of statements that create no object with privileges. ALTER TABLE may: a serial column has a sequence.
_HARMLESS: Final = frozenset(
    {
        *("alter_enum_stmt", "alter_policy_stmt", "alter_table_stmt", "comment_stmt", "create_policy_stmt"),
        *("create_stats_stmt", "create_trig_stmt", "delete_stmt", "drop_stmt", "grant_stmt", "index_stmt"),
        *("insert_stmt", "select_stmt", "transaction_stmt", "update_stmt", "variable_set_stmt"),
    }
)
_SEQUENCES: Final = re.compile(r"serial\d?\b|\bidentity\b", re.IGNORECASE)

# Routines whose body may create an object. A body that the server has parsed, BEGIN ATOMIC, has no such commands.
_CREATING_ROUTINES: Final = r"""
    SELECT p.oid::bigint
    FROM pg_catalog.pg_proc AS p
    INNER JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
    WHERE p.oid >= 16384 AND (
        l.lanname NOT IN ('sql', 'plpgsql', 'c', 'internal')
        OR p.prosrc ~* '\m(create|execute|import)\M'
        OR (l.lanname = 'sql' AND p.prosrc ~* '(?<!insert\s+)\minto\M')
    )
"""


def list_settings(subject: Subject) -> tuple[str, ...]:
    """Return the settings of default privileges of the platform of a subject, the usual one first."""
    return tuple(subject.platform.default_privileges) or ("",)


def choose_settings(
    subject: Subject,
    find_template: Callable[[Literal["before", "platform"], str], Database],
    is_history_same: Callable[[], bool],
) -> tuple[str, ...]:
    """Return the settings of default privileges to try: only the usual setting, if the settings make no difference.

    The states before the migration then differ in nothing but the default privileges, and nothing gets such privileges.

    Args:
        subject: The migration.
        find_template: Returns the database in a state under a setting.
        is_history_same: Returns whether the history leads to the same state under each setting. It knows that once the
            state before has been found.
    """
    settings = list_settings(subject)
    if len(settings) == 1 or not creates_nothing_granted(subject):
        return settings
    before, platform = find_template("before", settings[0]), find_template("platform", settings[0])
    return settings[:1] if is_history_same() and not adds_creating_routines(before, platform) else settings


def creates_nothing_granted(subject: Subject) -> bool:
    """Return whether a migration, its reverse and the later ones create no object with default privileges.

    Routines that the scripts call may create such objects; see `adds_creating_routines`.
    """
    others = [migration.forward for migration in subject.later]
    if subject.rollback is not None:
        others.append(subject.rollback)
    return (
        not any(map(has_hazard, [subject.script, *others]))
        and _is_harmless(subject.script, is_undone=True)
        and all(_is_harmless(text, is_undone=False) for text in others)
    )


def adds_creating_routines(before: Database, platform: Database) -> bool:
    """Return whether a state of a database has routines that may create objects and that the platform lacks."""
    found = []
    for database in (before, platform):
        with database.connect() as connection:
            found.append(frozenset(connection.execute(_CREATING_ROUTINES).fetchall()))
    return not found[0] <= found[1]


def _is_harmless(script: str, *, is_undone: bool) -> bool:
    """Return whether a script creates no object with default privileges; if it is undone, its reverse counts too."""
    return not _SEQUENCES.search(script) and all(
        _is_readable(statement)
        if statement.kind == "do_stmt"
        else statement.kind in _HARMLESS
        and not _creates_table(statement)
        and not (is_undone and _has_creating_reverse(statement))
        for statement in expand_blocks(split_statements(script))
    )


def _is_readable(block: Statement) -> bool:
    """Return whether `expand_blocks` yields all statements of a DO block."""
    body = read_body(block)
    return (
        body is not None
        and body.is_readable
        and all(part.statement.kind and part.role is not SqlRole.DYNAMIC for part in body.parts)
    )


def _creates_table(statement: Statement) -> bool:
    return statement.kind == "select_stmt" and statement.tree.HasField("into_clause")


def _has_creating_reverse(statement: Statement) -> bool:
    if statement.kind == "drop_stmt":
        return any(effect.identity.kind not in _WITHOUT_PRIVILEGES for effect in effects(statement))
    if statement.kind == "alter_table_stmt":
        # A dropped column may be one with a sequence. A column gets its former type or expression back while the views
        # of the column are dropped, and created again.
        return any(
            effect.rewrites or (effect.verb == "drop" and effect.identity.kind in _WITH_DEPENDENTS)
            for effect in effects(statement)
        )
    # Only a new type lacks a label again, and views of its columns are created again.
    return statement.kind == "alter_enum_stmt"
