"""A table in public is created in one transaction and protected in another."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.schema import RelationKey
from schema_dsl.lint.rule import FinalState, HistoryStep, Hits, Level, LocatedHit, LocatedHits, Rule

# The transaction that first enabled row level security, by table.
_ENABLED_IN: HistoryCache[dict[RelationKey, int]] = HistoryCache(dict)


def _record_enabling(step: HistoryStep) -> Hits:
    for effect in effects(step.statement):
        if effect.command is not None and effect.command.kind == "AT_EnableRowSecurity":
            relation = step.schema.find_relation(*effect.locked)
            if relation is not None:
                _ENABLED_IN.get(step.schema).setdefault(relation.key, step.position.transaction)
    return ()


def _check(final_state: FinalState) -> LocatedHits:
    if final_state.schema.default_privileges.has_revoked:
        # Default privileges were revoked, so new tables are not open.
        return
    for key, transaction in _ENABLED_IN.get(final_state.schema).items():
        relation = final_state.schema.relations.get(key)
        step = final_state.step(relation.created_at, "create_stmt") if relation is not None else None
        if relation is None or step is None or relation.schema != "public" or relation.created_at is None:
            continue
        if relation.created_at.transaction != transaction:
            message = f"{relation} is open to the grantees of default privileges until row level security is enabled"
            yield LocatedHit(step, find_first_line(step.statement).hit(message))


RULE = Rule(
    group="script",
    level=Level.INFO,
    why=(
        "If default privileges grant new tables to anon and authenticated, the API serves the table as soon as it "
        "exists. If the file is interrupted between the two transactions, the table stays open."
    ),
    remedy="Put CREATE TABLE, ENABLE ROW LEVEL SECURITY and REVOKE into one transaction or DO block.",
    bad="""
        CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
        ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;
    """,
    good="""
        DO $$
        BEGIN
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
            ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;
        END
        $$;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_EnableRowSecurity"}),
    statement=_record_enabling,
    final_state=_check,
    opinion=True,
    platform="supabase",
)
