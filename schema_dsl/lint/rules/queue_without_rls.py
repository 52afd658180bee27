"""A queue of pgmq that clients of the API reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.api import CLIENTS, shown
from schema_dsl.lint.facts.clauses import constant
from schema_dsl.lint.facts.grants import grantees, grants, named, told
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, names, qualified
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_CREATE = frozenset({"create", "create_unlogged", "create_non_partitioned", "create_partitioned"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for queue, step in _queues(final_state):
        # pgmq puts the messages of a queue into a table of this name.
        table = f"q_{queue.lower()}"
        known = final_state.schema.relation("pgmq", table)
        if known is not None and (known.row_security or known.doubts & {"row_security", "grants"}):
            continue
        clients = _clients(final_state, table)
        if clients:
            yield told(
                step, f"messages of queue {queue} are open to {shown(clients)}: pgmq.{table} has no policies"
            )


def _queues(final_state: FinalState) -> Iterator[tuple[str, HistoryStep]]:
    for steps in final_state.steps.values():
        for step in steps:
            for target in step.tree.target_list if step.kind == "select_stmt" else ():
                call = target.res_target.val.func_call
                where, name = qualified(call.funcname)
                if where == "pgmq" and name in _CREATE and call.args:
                    queue = constant(call.args[0])
                    if queue is not None:
                        yield queue, step


def _clients(final_state: FinalState, table: str) -> list[str]:
    """Give the client roles that were granted the table; by its name, or with all that are in its schema."""
    found = set()
    for step in grants(final_state):
        everything = enumeration("GrantTargetType")[step.tree.targtype] == "ACL_TARGET_ALL_IN_SCHEMA"
        if everything:
            meant = "pgmq" in names(step.tree.objects)
        else:
            meant = ("pgmq", table) in {each.key for each in named(final_state, step)}
        if meant:
            found.update(grantees(step))
    return [role for role in CLIENTS if role in found]


RULE = Rule(
    name="queue-without-rls",
    group="schema",
    level=Level.ERROR,
    summary="Clients of the API are granted the table of a pgmq queue, which has row level security off.",
    why=(
        "pgmq keeps a queue's messages in a table, pgmq.q_ and the name, and its functions run with the rights of "
        "whoever calls them. Whoever is granted that table reads, takes and deletes everybody's messages."
    ),
    remedy="ALTER TABLE pgmq.q_... ENABLE ROW LEVEL SECURITY, and policies that say who may send and read.",
    bad=(
        "SELECT pgmq.create('emails');\nGRANT SELECT, INSERT, DELETE ON pgmq.q_emails TO authenticated;",
        "SELECT pgmq.create('emails');\nGRANT ALL ON ALL TABLES IN SCHEMA pgmq TO anon, authenticated, service_role;",
    ),
    good=(
        (
            "SELECT pgmq.create('emails');\n"
            "ALTER TABLE pgmq.q_emails ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON pgmq.q_emails TO authenticated;"
        ),
        "SELECT pgmq.create('emails');\nGRANT SELECT, INSERT, DELETE ON pgmq.q_emails TO service_role;",
    ),
    platform="supabase",
    final_state=_check,
    known_as=("splinter: 0019_insecure_queue_exposed_in_api",),
)
