"""A table that everybody on the network may write."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.granting import granted, granting, listed, told
from schema_dsl.lint.facts.policies import ANONYMOUS
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Ending, Placed, Rule


def _check(ending: Ending) -> Iterable[Placed]:
    for relation in list(ending.schema.relations.values()):
        unsure = (
            relation.made is None
            or relation.temporary
            or relation.doubtful
            or "row_security" in relation.doubts
        )
        if unsure or relation.kind not in {"table", "partitioned"} or relation.row_security is not False:
            continue
        held = granted(relation, ANONYMOUS, ("insert", "update", "delete"))
        step = granting(ending, relation, held) if held else None
        if step is not None:
            what = listed(set().union(*held.values())).upper()
            yield told(step, f"{listed(held)} may {what} {relation} without row level security: anybody can")


RULE = Rule(
    name="writes-granted-to-anon",
    group="rls",
    level=Level.ERROR,
    summary="anon or PUBLIC may write a table that has no row level security.",
    why="The API serves anon to whoever has the address of the project and its public key, which every page carries.",
    remedy="Enable row level security, or revoke what is granted.",
    bad=(
        (
            "CREATE TABLE public.logs (id uuid PRIMARY KEY, line text);\n"
            "GRANT INSERT, UPDATE ON public.logs TO anon;"
        ),
        (
            "CREATE TABLE public.logs (id uuid PRIMARY KEY, line text);\n"
            "GRANT ALL ON TABLE public.logs TO PUBLIC;"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    ending=_check,
)
