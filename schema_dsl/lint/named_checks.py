"""The checks that are not rules: syntax, names and types, generated migrations, and suppression comments."""

from __future__ import annotations

from typing import Final

import attrs

from schema_dsl.lint.finding import Level


@attrs.frozen
class NamedCheck:
    """A check that is not a rule; `level` is the level of most of its findings.

    `opinion_by_hand` is set for a check that is off by default in hand-written files.
    """

    name: str
    group: str
    level: Level
    summary: str
    why: str
    opinion_by_hand: bool = False


# A file with a syntax error cannot be run, so this check is always active.
SYNTAX_ERROR: Final = "syntax-error"
UNREAD_FILE: Final = "unread-file"
WITHOUT_REASON: Final = "ignore-without-reason"
UNKNOWN_RULE: Final = "ignore-unknown-rule"
UNUSED_IGNORE: Final = "unused-ignore"
GENERATED_DIFFERS: Final = "generated-differs"
SQLGLOT_CANNOT_PARSE: Final = "sqlglot-cannot-parse"

# The summaries of the checks of names and types.
_SEMANTICS: Final = {
    "access-method": "An index asks for what its access method does not support.",
    "ambiguous-column": "An unqualified column exists in several tables of the query.",
    "column-attribute": "The statement contradicts that a column is generated, an identity, NOT NULL or has a default.",
    "column-definitions": "A function in FROM needs the types of its columns, or refuses them.",
    "conflict-target": "ON CONFLICT names columns that have no unique index.",
    "constant-condition": "A condition does not depend on the row.",
    "duplicate-key": "Two rows of an INSERT have the same key.",
    "duplicate-name": "The name of a new object already exists.",
    "foreign-key-target": "A foreign key references columns without a unique constraint.",
    "function-definition": (
        "Parameters, result and RETURN of a function do not fit, or PL/pgSQL cannot compile or run the body."
    ),
    "inheritance": "The statement contradicts how tables are partitioned or inherit.",
    "invalid-setting": (
        "A setting does not exist, does not take the value, or belongs to the configuration of the server."
    ),
    "misplaced-expression": "Postgres does not allow this kind of expression here.",
    "not-immutable": "An index or a generated column uses a function that is not IMMUTABLE.",
    "not-replaceable": "CREATE OR REPLACE cannot make this change.",
    "dependent-objects": "Other objects depend on what the statement drops, or on the column whose type it changes.",
    "not-null-violation": "An INSERT leaves a column NULL that is NOT NULL.",
    "partition-bound": "The bound of a partition overlaps another one, or does not fit the table.",
    "partition-key": "A key or an index that a partitioned table cannot have.",
    "refused-value": (
        "A constant that Postgres refuses to store: too long, out of range, or refused by "
        "a check or a domain."
    ),
    "privilege-type": "An object of this kind does not have the privilege.",
    "relation-kind": "The statement cannot be applied to a relation of this kind.",
    "sequence-options": "The options of a sequence contradict each other or its type.",
    "storage-parameter": "A storage parameter of a table, index or view does not exist, or does not take the value.",
    "trigger-form": "The clauses of a trigger contradict each other or the kind of its relation.",
    "type-mismatch": "Two types are not compatible.",
    "ungrouped-column": "A query with GROUP BY or an aggregate uses a column of a single row.",
    "unknown-collation": "The collation does not exist.",
    "unknown-column": "The table has no such column.",
    "unknown-constraint": "The table has no such constraint.",
    "unknown-function": "No function has this name.",
    "unknown-label": "The enum has no such label.",
    "unknown-object": (
        "The operator, cast or text search object does not exist, or the publication does not have the table."
    ),
    "unknown-policy": "The table has no such policy.",
    "unknown-relation": "The table or view does not exist at this point of the history.",
    "unknown-rule": "The relation has no such rule.",
    "unknown-savepoint": "No savepoint or cursor has this name at this point of the history.",
    "unknown-trigger": "The table has no such trigger.",
    "unknown-type": "The type does not exist.",
    "unusable-index": "An index cannot serve the statement that needs it.",
    "wrong-argument-count": "A call has too many or too few arguments.",
    "wrong-column-count": "Two corresponding lists differ in length.",
}
# A condition that is constant is no fault that Postgres refuses.
_SEMANTICS_LEVELS: Final = {"constant-condition": Level.WARNING}
_SEMANTICS_WHY: Final = (
    "Lint resolves names and types in the schema that the earlier statements produce, as Postgres does. It reports "
    "nothing about objects of which the earlier statements may not tell everything."
)

NAMED_CHECKS: Final = {
    check.name: check
    for check in (
        NamedCheck(
            SYNTAX_ERROR,
            "syntax",
            Level.ERROR,
            "Postgres rejects the statement with a syntax error.",
            "Lint uses the grammar of Postgres, also for function bodies and DO blocks. This check cannot be ignored.",
        ),
        NamedCheck(
            UNREAD_FILE,
            "replay",
            Level.WARNING,
            "A file is not SQL, or a part of it: a program, a template, a placeholder, a command or variable of psql.",
            "Only the tool that runs the file knows its SQL. Lint does not see the objects that it creates, and doubts "
            "those that it names. `generate` and `verify` cannot replay the file.",
        ),
        *(
            NamedCheck(name, "semantics", _SEMANTICS_LEVELS.get(name, Level.ERROR), summary, _SEMANTICS_WHY)
            for name, summary in _SEMANTICS.items()
        ),
        NamedCheck(
            GENERATED_DIFFERS,
            "generated",
            Level.ERROR,
            "A generated migration differs from the definitions.",
            "sqlglot reads the newest generated migration without the templates, and lint compares its tables, "
            "columns, constraints, indexes, triggers, policies and privileges with the definitions. A difference is a "
            "fault of a template or a manual edit.",
        ),
        NamedCheck(
            SQLGLOT_CANNOT_PARSE,
            "generated",
            Level.INFO,
            "sqlglot cannot parse a statement that Postgres accepts.",
            "Tools that are built on sqlglot cannot read the statement.",
            opinion_by_hand=True,
        ),
        NamedCheck(
            WITHOUT_REASON,
            "suppression",
            Level.WARNING,
            "A `schema-dsl: ignore` comment has no reason.",
            "Later readers need the reason to decide whether it still applies. A comment without a reason ignores "
            "nothing.",
        ),
        NamedCheck(
            UNKNOWN_RULE,
            "suppression",
            Level.WARNING,
            "A `schema-dsl: ignore` comment names an unknown rule.",
            "A misspelt name ignores nothing.",
        ),
        NamedCheck(
            UNUSED_IGNORE,
            "suppression",
            Level.WARNING,
            "A `schema-dsl: ignore` comment ignores nothing.",
            "The finding no longer occurs, or the comment is at the wrong statement.",
        ),
    )
}
