"""A column that fills itself no longer does, or does it otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import AlterCommand, altered
from schema_dsl.lint.facts.breaking import column_is_new, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import options
from schema_dsl.lint.rule import Hit, Rule

_CHANGES = {
    "AT_ColumnDefault": "gets no value of its own any more where an INSERT leaves it out",
    "AT_DropExpression": "is no longer computed: it keeps what it has, and drifts",
    "AT_DropIdentity": "takes no number from its sequence any more, and the sequence is dropped",
    "AT_SetIdentity": "is no longer to be given: an INSERT that names it fails from here on",
}


_ALWAYS = ord("a")
_NAMED = "Leave it out of what inserts, or say OVERRIDING SYSTEM VALUE there."


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in [] if undoes(step) else altered(step, *_CHANGES):
        name, table = each.command.name, step.tree.relation.relname
        back = comes_back(step, "default", table, name) or comes_back(step, "identity", table, name)
        if _drops(each) and not back and not column_is_new(step, each.relation, name):
            message = f"{readable(name)} of {each.name} {_CHANGES[each.kind]}"
            remedy = _NAMED if each.kind == "AT_SetIdentity" else None
            yield Hit(each.place.start, message, each.place.length, remedy)


def _drops(each: AlterCommand) -> bool:
    """Whether something is taken away: SET DEFAULT has the same kind as DROP DEFAULT, and an expression.

    SET GENERATED ALWAYS takes away that the column can be given; its sequence may count otherwise.
    """
    if each.kind == "AT_SetIdentity":
        set_ = dict(options(each.definition.list.items))
        return "generated" in set_ and set_["generated"].integer.ival == _ALWAYS
    return each.kind != "AT_ColumnDefault" or each.definition.WhichOneof("node") is None


RULE = Rule(
    name="ban-drop-default",
    group="data",
    level=Level.INFO,
    summary="A default, a generated expression or an identity is dropped, or becomes GENERATED ALWAYS.",
    why=(
        "An INSERT that leaves the column out gets NULL from then on, or fails where it is NOT NULL. With GENERATED "
        "ALWAYS, one that names the column fails."
    ),
    remedy="See that whatever inserts names the column before its default goes.",
    bad=(
        "ALTER TABLE public.orders ALTER COLUMN state DROP DEFAULT;",
        "ALTER TABLE public.orders ALTER COLUMN cents DROP EXPRESSION;",
        "ALTER TABLE public.orders ALTER COLUMN id DROP IDENTITY;",
        "ALTER TABLE public.orders ALTER COLUMN id SET GENERATED ALWAYS;",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ALTER COLUMN state DROP DEFAULT;\n"
            "ALTER TABLE public.orders ALTER COLUMN state SET DEFAULT 'new';"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-default", "squawk: ban-drop-identity", "squawk: ban-drop-expression"),
)
