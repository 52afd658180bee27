"""NOT VALID and VALIDATE: two steps instead of one under a lock."""

from __future__ import annotations

from schema_dsl.lint.facts.altered import Altered
from schema_dsl.lint.facts.places import all_words, code_end, named, words
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Node


def in_two_steps(added: Altered, constraint: Node) -> tuple[Edit, ...]:
    """Mend ADD CONSTRAINT so that the rows are read afterwards, by a statement of its own.

    Only where that is all that the statement does, the constraint has a name to be validated by, and the two
    statements are two transactions: in one, the lock would be held throughout.
    """
    step = added.step
    together = step.in_block or step.schema.transaction.explicit
    partitioned = added.relation is not None and added.relation.kind == "partitioned"
    written = words(step.statement, "constraint")
    if together or partitioned or not added.alone or not constraint.conname or written is None:
        return ()
    end = code_end(step.statement)
    behind = all_words(step.statement, written.end, end).split()
    name = behind[0]
    if name.strip('"') != constraint.conname and name.lower() != constraint.conname:
        return ()
    place = named(step.statement, step.tree.relation)
    table = all_words(step.statement, place.start, place.end)
    exists = "IF EXISTS " if step.tree.missing_ok else ""
    return (Edit(end, end, f" NOT VALID;\nALTER TABLE {exists}{table} VALIDATE CONSTRAINT {name}"),)
