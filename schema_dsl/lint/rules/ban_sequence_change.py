"""An existing sequence is restarted, or its range or increment is changed."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    sequence = effects(step.statement)[0].identity
    changes = {option.def_elem.defname for option in step.tree.options} - {"owned_by", "cache"}
    if changes and is_existing_object(step, sequence):
        yield (
            f"this changes the next values of sequence {format_object(sequence)}; "
            "a value that exists already makes INSERT fail"
        )


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "A sequence that restarts at a lower number returns values that exist in the table already: every INSERT "
        "fails until the sequence has passed them."
    ),
    remedy="Set the sequence above the highest value in the table, while the table is locked.",
    bad="ALTER SEQUENCE public.ticket_numbers RESTART WITH 1;",
    good="""
        CREATE SEQUENCE public.ticket_numbers;
        ALTER SEQUENCE public.ticket_numbers RESTART WITH 1000;
    """,
    kinds=frozenset({"alter_seq_stmt"}),
    statement=_check,
    opinion=True,
)
