"""A way past the policies of a partitioned table."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.granting import granted, granting, listed, told
from schema_dsl.lint.facts.policies import CLIENTS
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Ending, Placed, Rule


def _check(ending: Ending) -> Iterable[Placed]:
    for relation in list(ending.schema.relations.values()):
        parents = [ending.schema.relations.get(key) for key in relation.parents]
        guarded = next((each for each in parents if each is not None and each.row_security), None)
        if guarded is None or relation.row_security is not False or "row_security" in relation.doubts:
            continue
        held = granted(relation, CLIENTS, ("select", "insert", "update", "delete"))
        step = granting(ending, relation, held) if held else None
        if step is not None:
            yield told(
                step, f"{listed(held)} may ask {relation} itself, where the policies of {guarded} do not hold"
            )


_EVENTS = (
    "CREATE TABLE public.events (id uuid, at date NOT NULL, user_id uuid NOT NULL, PRIMARY KEY (id, at))\n"
    "    PARTITION BY RANGE (at);\n"
    "CREATE INDEX events_user_id_idx ON public.events (user_id);\n"
    "CREATE TABLE public.events_2030 PARTITION OF public.events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');\n"
    "ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;\n"
)
_OWN = (
    "CREATE POLICY own ON public.events FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);\n"
)

RULE = Rule(
    name="partition-granted-directly",
    group="rls",
    level=Level.ERROR,
    summary="A partition, or a child, of a protected table is granted, and is not protected itself.",
    why=(
        "Policies of the parent hold for queries of the parent. A query that names the partition is answered by that "
        "one's policies and privileges alone."
    ),
    remedy="Revoke it: queries of the parent need no privilege on partitions. Or enable row level security there too.",
    bad=(
        f"{_EVENTS}{_OWN}GRANT SELECT ON public.events, public.events_2030 TO authenticated;",
        f"{_EVENTS}{_OWN}GRANT SELECT ON ALL TABLES IN SCHEMA public TO authenticated;",
    ),
    good=(
        (
            f"{_EVENTS}ALTER TABLE public.events_2030 ENABLE ROW LEVEL SECURITY;\n"
            f"{_OWN}GRANT SELECT ON public.events TO authenticated;"
        ),
    ),
    ending=_check,
)
