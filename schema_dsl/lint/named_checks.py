"""The checks that are no rules of their own: what each pass may report, by name."""

from __future__ import annotations

from typing import Final

import attrs

from schema_dsl.lint.finding import Level


@attrs.frozen
class NamedCheck:
    """A name under which a pass reports, with the level that most of its findings have."""

    name: str
    group: str
    level: Level
    summary: str
    why: str


# A file that is no SQL can be judged by nothing else, and cannot be run: this is always told.
ALWAYS: Final = "syntax-error"
WITHOUT_REASON: Final = "ignore-without-reason"
UNKNOWN_RULE: Final = "ignore-unknown-rule"
UNUSED: Final = "unused-ignore"

_SEMANTICS: Final = (
    ("ambiguous-column", Level.ERROR, "A column is named that several tables of the query have."),
    ("conflict-target", Level.ERROR, "ON CONFLICT names columns without a unique index."),
    ("constant-condition", Level.WARNING, "A condition does not depend on the row."),
    ("duplicate-name", Level.ERROR, "Something is given a name that is taken already."),
    ("foreign-key-target", Level.ERROR, "A foreign key leads to columns without a key of their own."),
    ("misplaced-expression", Level.ERROR, "An expression stands where Postgres does not allow its kind."),
    ("not-immutable", Level.ERROR, "An index or a stored column uses a function that is not immutable."),
    ("not-replaceable", Level.ERROR, "CREATE OR REPLACE would change what cannot be changed in place."),
    ("type-mismatch", Level.ERROR, "The types on both sides of something do not go together."),
    ("unknown-column", Level.ERROR, "A column is named that the table does not have."),
    ("unknown-constraint", Level.ERROR, "A constraint is named that the table does not have."),
    ("unknown-function", Level.ERROR, "A function is called that does not exist with such a name."),
    ("unknown-policy", Level.ERROR, "A policy is named that the table does not have."),
    ("unknown-relation", Level.ERROR, "A table or view is named that does not exist at this point."),
    ("unknown-trigger", Level.ERROR, "A trigger is named that the table does not have."),
    ("unknown-type", Level.ERROR, "A type is named that does not exist."),
    ("wrong-argument-count", Level.ERROR, "A function is called with more or fewer arguments than it takes."),
    ("wrong-column-count", Level.ERROR, "Two lists that belong together are not equally long."),
)
_RESOLVED: Final = (
    "Names and types are held against what the statements before this one leave behind, as Postgres would when "
    "it runs. Where that cannot be known, nothing is reported."
)

NAMED: Final = {
    each.name: each
    for each in (
        NamedCheck(
            ALWAYS,
            "syntax",
            Level.ERROR,
            "Postgres would refuse the statement with a syntax error.",
            "The grammar is that of Postgres itself, down into function bodies and DO blocks. It cannot be ignored.",
        ),
        *(NamedCheck(name, "semantics", level, summary, _RESOLVED) for name, level, summary in _SEMANTICS),
        NamedCheck(
            WITHOUT_REASON,
            "suppression",
            Level.WARNING,
            "A `schema-dsl: ignore` comment does not say why.",
            "Whoever reads it later has to know whether the reason still holds. Without one it ignores nothing.",
        ),
        NamedCheck(
            UNKNOWN_RULE,
            "suppression",
            Level.WARNING,
            "A `schema-dsl: ignore` comment names something that is no rule.",
            "A misspelt name ignores nothing, and nobody would notice.",
        ),
        NamedCheck(
            UNUSED,
            "suppression",
            Level.WARNING,
            "A `schema-dsl: ignore` comment ignores nothing.",
            "What it was for has been mended, or it stands at another statement than was meant.",
        ),
    )
}
