"""NOT VALID and VALIDATE: two steps instead of one under a lock."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import AlterCommand
from schema_dsl.lint.facts.positions import code_end, named, within, without_comments, words
from schema_dsl.lint.facts.transactions import is_run_as_one, shares_transaction
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Node


def in_two_steps(added: AlterCommand, constraint: Node) -> tuple[Edit, ...]:
    """Mend ADD CONSTRAINT so that the rows are read afterwards, by a statement of its own.

    Only where that is all that the statement does, the constraint has a name to be validated by, and the two
    statements are two transactions: in one, the lock would be held throughout.
    """
    step = added.step
    together = shares_transaction(step) or is_run_as_one(step.source)
    partitioned = added.relation is not None and added.relation.kind == "partitioned"
    written = words(step.statement, "constraint")
    if together or partitioned or not added.alone or not constraint.conname or written is None:
        return ()
    end = code_end(step.statement)
    name = within(step.statement, written.end, end)[0]
    if name.kind == "word" and name.word != constraint.conname:
        # U&"...", or letters that Postgres does not fold as Python does.
        return ()
    place = named(step.statement, step.tree.relation)
    table = without_comments(step.statement, place.start, place.end)
    label = step.statement.text[name.start : name.end]
    exists = "IF EXISTS " if step.tree.missing_ok else ""
    return (Edit(end, end, f" NOT VALID;\nALTER TABLE {exists}{table} VALIDATE CONSTRAINT {label}"),)
