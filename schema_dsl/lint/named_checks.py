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

_SEMANTICS: Final = (
    ("access-method", Level.ERROR, "An index asks for what its access method does not support."),
    ("ambiguous-column", Level.ERROR, "An unqualified column exists in several tables of the query."),
    (
        "column-attribute",
        Level.ERROR,
        "The statement contradicts that a column is generated, an identity, NOT NULL or has a default.",
    ),
    (
        "column-definitions",
        Level.ERROR,
        "A function in FROM needs the types of its columns, or refuses them.",
    ),
    ("conflict-target", Level.ERROR, "ON CONFLICT names columns that have no unique index."),
    ("constant-condition", Level.WARNING, "A condition does not depend on the row."),
    ("duplicate-name", Level.ERROR, "The name of a new object already exists."),
    ("foreign-key-target", Level.ERROR, "A foreign key references columns without a unique constraint."),
    (
        "function-definition",
        Level.ERROR,
        "Parameters, result and RETURN of a function do not fit, or PL/pgSQL cannot compile or run the body.",
    ),
    ("inheritance", Level.ERROR, "The statement contradicts how tables are partitioned or inherit."),
    (
        "invalid-setting",
        Level.ERROR,
        "A setting does not exist, does not take the value, or belongs to the configuration of the server.",
    ),
    ("misplaced-expression", Level.ERROR, "Postgres does not allow this kind of expression here."),
    ("not-immutable", Level.ERROR, "An index or a generated column uses a function that is not IMMUTABLE."),
    ("not-replaceable", Level.ERROR, "CREATE OR REPLACE cannot make this change."),
    (
        "dependent-objects",
        Level.ERROR,
        "Other objects depend on what the statement drops, or on the column whose type it changes.",
    ),
    ("not-null-violation", Level.ERROR, "An INSERT leaves a column NULL that is NOT NULL."),
    (
        "partition-bound",
        Level.ERROR,
        "The bound of a partition overlaps another one, or does not fit the table.",
    ),
    ("partition-key", Level.ERROR, "A key or an index that a partitioned table cannot have."),
    (
        "refused-value",
        Level.ERROR,
        "A constant that Postgres refuses to store: too long, out of range, or refused by a check or a domain.",
    ),
    ("privilege-type", Level.ERROR, "An object of this kind does not have the privilege."),
    ("relation-kind", Level.ERROR, "The statement cannot be applied to a relation of this kind."),
    ("sequence-options", Level.ERROR, "The options of a sequence contradict each other or its type."),
    (
        "storage-parameter",
        Level.ERROR,
        "A storage parameter of a table, index or view does not exist, or does not take the value.",
    ),
    (
        "trigger-form",
        Level.ERROR,
        "The clauses of a trigger contradict each other or the kind of its relation.",
    ),
    ("type-mismatch", Level.ERROR, "Two types are not compatible."),
    ("ungrouped-column", Level.ERROR, "A query with GROUP BY or an aggregate uses a column of a single row."),
    ("unknown-collation", Level.ERROR, "The collation does not exist."),
    ("unknown-column", Level.ERROR, "The table has no such column."),
    ("unknown-constraint", Level.ERROR, "The table has no such constraint."),
    ("unknown-function", Level.ERROR, "No function has this name."),
    ("unknown-label", Level.ERROR, "The enum has no such label."),
    ("unknown-policy", Level.ERROR, "The table has no such policy."),
    ("unknown-relation", Level.ERROR, "The table or view does not exist at this point of the history."),
    ("unknown-rule", Level.ERROR, "The relation has no such rule."),
    ("unknown-trigger", Level.ERROR, "The table has no such trigger."),
    ("unknown-type", Level.ERROR, "The type does not exist."),
    ("unusable-index", Level.ERROR, "An index cannot serve the statement that needs it."),
    ("wrong-argument-count", Level.ERROR, "A call has too many or too few arguments."),
    ("wrong-column-count", Level.ERROR, "Two corresponding lists differ in length."),
)
_SEMANTICS_WHY: Final = (
    "Lint resolves names and types in the schema that the earlier statements produce, as Postgres does. If the schema "
    "is not fully known, lint reports nothing."
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
            "A file has a part that is not SQL: a placeholder of a template, or a command or variable of psql.",
            "Only the tool that runs the file knows the SQL of that part. Lint does not see the objects that it "
            "creates, and `generate` and `verify` cannot replay the file.",
        ),
        *(
            NamedCheck(name, "semantics", level, summary, _SEMANTICS_WHY)
            for name, level, summary in _SEMANTICS
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
