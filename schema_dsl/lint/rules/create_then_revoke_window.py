"""A table that is open until a later statement closes it."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import RelationKey
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule

# In which transaction row level security was first enabled on a table.
_CLOSED: Memory[dict[RelationKey, int]] = Memory(dict)


def _note(step: HistoryStep) -> Iterable[Hit]:
    subtypes = enumeration("AlterTableType")
    if any(subtypes[each.alter_table_cmd.subtype] == "AT_EnableRowSecurity" for each in step.tree.cmds):
        relation = step.schema.relation(step.tree.relation.schemaname, step.tree.relation.relname)
        if relation is not None:
            _CLOSED.of(step.schema).setdefault(relation.key, step.moment.transaction)
    return ()


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    if final_state.schema.default_privileges.revoked:
        # Somebody has seen to it that new tables are open to nobody.
        return
    for key, transaction in _CLOSED.of(final_state.schema).items():
        relation = final_state.schema.relations.get(key)
        step = final_state.step(relation.made, "create_stmt") if relation is not None else None
        if relation is None or step is None or relation.schema != "public" or relation.made is None:
            continue
        if relation.made.transaction != transaction:
            place = head(step.statement)
            message = (
                f"until row level security is enabled, {relation} is open to whom default privileges let in"
            )
            yield LocatedHit(step, Hit(place.start, message, place.length))


RULE = Rule(
    name="create-then-revoke-window",
    group="script",
    level=Level.INFO,
    summary="A table in public is made in one transaction and closed in another.",
    why=(
        "Where default privileges still give new tables to anon and authenticated, the API serves the table from the "
        "moment it is there. If the file stops in between, it stays open."
    ),
    remedy="Put CREATE TABLE, ENABLE ROW LEVEL SECURITY and REVOKE into one transaction or DO block.",
    bad=(
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);\n"
            "ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;"
        ),
    ),
    good=(
        (
            "DO $$\n"
            "BEGIN\n"
            "    CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);\n"
            "    ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;\n"
            "END\n"
            "$$;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_note,
    final_state=_check,
    opinion=True,
    platform="supabase",
)
