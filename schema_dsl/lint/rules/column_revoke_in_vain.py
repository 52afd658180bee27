"""A privilege on columns is revoked while the role has it on the table, which has no effect."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.trees import names, role_name
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    tree = step.tree
    if tree.is_grant or object_kind(tree.objtype) != "table":
        return
    privileges = [node.access_priv for node in tree.privileges if node.access_priv.cols]
    for node in tree.objects if privileges else ():
        relation = step.schema.find_relation(node.range_var.schemaname, node.range_var.relname)
        if relation is None or "grants" in relation.changed_kinds:
            continue
        for role in map(role_name, tree.grantees):
            kept = [each for each in privileges if each.priv_name in relation.grants.get(role, ())]
            if kept:
                columns = ", ".join(name for each in kept for name in names(each.cols))
                yield (
                    f"{role} keeps {kept[0].priv_name.upper()} on {columns} of {relation}: it has the privilege on "
                    "the whole table"
                )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Postgres allows an access if the role has the privilege on the table or on the column. A REVOKE of the column "
        "leaves the privilege on the table, and Postgres does not warn."
    ),
    remedy="REVOKE the privilege on the table, then GRANT it on the columns that the role may use.",
    bad="""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, locked boolean);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        GRANT UPDATE ON public.notes TO authenticated;
        REVOKE UPDATE (locked) ON public.notes FROM authenticated;
    """,
    good="""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, locked boolean);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        REVOKE UPDATE ON public.notes FROM authenticated;
        GRANT SELECT, UPDATE (body) ON public.notes TO authenticated;
    """,
    kinds=frozenset({"grant_stmt"}),
    statement=_check,
)
