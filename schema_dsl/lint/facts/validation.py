"""Edits that split ADD CONSTRAINT into NOT VALID and VALIDATE CONSTRAINT."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import AlterCommand
from schema_dsl.lint.facts.positions import (
    find_code_end,
    find_relation_name,
    find_words,
    text_without_comments,
    tokens_between,
)
from schema_dsl.lint.facts.transactions import is_run_in_one_transaction, shares_transaction
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Node


def build_two_step_edits(alteration: AlterCommand, constraint: Node) -> tuple[Edit, ...]:
    """Return the edits that let ADD CONSTRAINT skip the scan, and add a statement that validates the constraint.

    There are no edits if the statement has other commands, if the constraint has no name, or if both statements
    would run in one transaction: it would hold the strong lock during the scan.
    """
    step = alteration.step
    in_one_transaction = shares_transaction(step) or is_run_in_one_transaction(step.source)
    partitioned = alteration.relation is not None and bool(alteration.relation.partition_key)
    keyword = find_words(step.statement, "constraint")
    if (
        in_one_transaction
        or partitioned
        or not alteration.is_only_command
        or not constraint.conname
        or keyword is None
    ):
        return ()
    end = find_code_end(step.statement)
    name = tokens_between(step.statement, keyword.end, end)[0]
    if name.kind == "word" and name.word != constraint.conname:
        # U&"...", or letters that Postgres and Python fold differently.
        return ()
    table_span = find_relation_name(step.statement, step.tree.relation)
    table = text_without_comments(step.statement, table_span.start, table_span.end)
    label = step.statement.text[name.start : name.end]
    exists = "IF EXISTS " if step.tree.missing_ok else ""
    return (Edit(end, end, f" NOT VALID;\nALTER TABLE {exists}{table} VALIDATE CONSTRAINT {label}"),)
