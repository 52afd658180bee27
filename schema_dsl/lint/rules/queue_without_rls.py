"""A pgmq queue table has row level security off, and client roles have privileges on it."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import enumeration, names, qualified_name
from schema_dsl.lint.facts.api import CLIENT_ROLES, format_roles
from schema_dsl.lint.facts.clauses import read_constant
from schema_dsl.lint.facts.grants import build_statement_hit, find_granted_tables, find_grants, list_grantees
from schema_dsl.lint.rule import FinalState, HistoryStep, Level, LocatedHits, Rule

_CREATE_FUNCTIONS = frozenset({"create", "create_unlogged", "create_non_partitioned", "create_partitioned"})


def _check(final_state: FinalState) -> LocatedHits:
    for queue, step in _find_queues(final_state):
        # pgmq stores the messages of a queue in this table.
        table = f"q_{queue.lower()}"
        relation = final_state.schema.find_relation("pgmq", table)
        if relation is not None and (
            relation.row_security or relation.changed_kinds & {"row_security", "grants"}
        ):
            continue
        clients = _find_clients(final_state, table)
        if clients:
            yield build_statement_hit(
                step,
                f"{format_roles(clients)} can access all messages of queue {queue}: row level security is off",
            )


def _find_queues(final_state: FinalState) -> Iterator[tuple[str, HistoryStep]]:
    for step in final_state.find_steps("select_stmt"):
        for target in step.tree.target_list:
            call = target.res_target.val.func_call
            schema, name = qualified_name(call.funcname)
            if schema == "pgmq" and name in _CREATE_FUNCTIONS and call.args:
                queue = read_constant(call.args[0])
                if queue is not None:
                    yield queue, step


def _find_clients(final_state: FinalState, table: str) -> list[str]:
    """Return the client roles with a GRANT on the table, by its name or on all tables of its schema."""
    granted_roles = set()
    for step in find_grants(final_state):
        all_in_schema = enumeration("GrantTargetType")[step.tree.targtype] == "ACL_TARGET_ALL_IN_SCHEMA"
        if all_in_schema:
            is_granted = "pgmq" in names(step.tree.objects)
        else:
            is_granted = ("pgmq", table) in {
                relation.key for relation in find_granted_tables(final_state, step)
            }
        if is_granted:
            granted_roles.update(list_grantees(step))
    return [role for role in CLIENT_ROLES if role in granted_roles]


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "pgmq stores the messages of a queue in the table `pgmq.q_<name>`, and pgmq functions run with the "
        "privileges of their caller. A role with privileges on that table can read, take and delete the messages of "
        "all users."
    ),
    remedy=(
        "ALTER TABLE pgmq.q_... ENABLE ROW LEVEL SECURITY, and add policies for the roles that send and read "
        "messages."
    ),
    bad=(
        """
            SELECT pgmq.create('emails');
            GRANT SELECT, INSERT, DELETE ON pgmq.q_emails TO authenticated;
        """,
        """
            SELECT pgmq.create('emails');
            GRANT ALL ON ALL TABLES IN SCHEMA pgmq TO anon, authenticated, service_role;
        """,
    ),
    good=(
        """
            SELECT pgmq.create('emails');
            ALTER TABLE pgmq.q_emails ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON pgmq.q_emails TO authenticated;
        """,
        """
            SELECT pgmq.create('emails');
            GRANT SELECT, INSERT, DELETE ON pgmq.q_emails TO service_role;
        """,
    ),
    platform="supabase",
    final_state=_check,
    known_as=("splinter: 0019_insecure_queue_exposed_in_api",),
)
