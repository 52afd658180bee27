"""One person, written into a policy."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import bare, constant
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import Comparison, comparisons
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Ending, Placed, Rule
from schema_dsl.parsing import Node


def _check(ending: Ending) -> Iterable[Placed]:
    for written in policies(ending):
        for clause in written.clauses:
            for found in comparisons(clause):
                names = [each for node in _others(found) if (each := constant(node))]
                if names and found.operator == "=" and _tells_person(found):
                    yield written.placed(
                        f"{written} is for {names[0]} by name: whoever comes to have that, has the rights",
                        clause,
                        found.call.node.location,
                    )


def _others(found: Comparison) -> Iterable[Node]:
    return found.other.list.items if found.other.WhichOneof("node") == "list" else (found.other,)


def _tells_person(found: Comparison) -> bool:
    if enumeration("A_Expr_Kind")[found.node.kind] not in {"AEXPR_OP", "AEXPR_IN"}:
        return False
    if found.call.identity in {"uid", "email"}:
        return True
    inner = bare(found.own)
    claim = inner.DESCRIPTOR.name == "A_Expr" and found.call.identity == "jwt"
    return claim and constant(inner.rexpr) in {"sub", "email"}


RULE = Rule(
    name="policy-names-a-user",
    group="rls",
    level=Level.WARNING,
    summary="A policy has the id or the address of a user in it.",
    why=(
        "Rights that stand in a policy change only by a migration, are missing from every other environment, and go on "
        "after the person has gone."
    ),
    remedy="Put who may into a table, or into app_metadata.",
    bad=(
        (
            "CREATE POLICY boss ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = '6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55');"
        ),
        "CREATE POLICY boss ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.email()) IN ('a@b.org'));",
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    ending=_check,
)
