"""Choose the tables that get fixture rows, so that a small migration of a large schema needs few rows."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable
from typing import Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import SchemaDslError
from schema_dsl.introspect.reading import RELATION
from schema_dsl.postgres import Connection
from schema_dsl.verify.proof import draw_sample
from schema_dsl.verify.reruns import list_words
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.touched import choose_tables, list_untouched

_SEEDED: Final = "seeded"
_MOST_REFERRING: Final = 10
"""The largest number of referencing tables with rows for a varied table: many tables reference the table of users."""

# GRANT EXECUTE ON FUNCTION and CREATE TRIGGER ... EXECUTE FUNCTION build no statement.
_DYNAMIC: Final = re.compile(r"\bexecute\s+(?!on\b|function\b|procedure\b)", re.IGNORECASE)

# The descendants and partitions of a table have rows of the table.
_LINKS: Final = """
    SELECT 'inherits', cn.nspname, c.relname, pn.nspname, p.relname
    FROM pg_catalog.pg_inherits AS i
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p')
    INNER JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
    INNER JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
    UNION ALL
    SELECT 'references', cn.nspname, c.relname, pn.nspname, p.relname
    FROM pg_catalog.pg_constraint AS k
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
    INNER JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_class AS p ON p.oid = k.confrelid
    INNER JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
    WHERE k.contype = 'f'
"""
# A script may change rows through a routine, a view, a rule or the trigger of a table.
_CODE: Final = """
    SELECT p.proname, pg_catalog.concat_ws(' ', p.prosrc, pg_catalog.pg_get_function_sqlbody(p.oid))
    FROM pg_catalog.pg_proc AS p
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE p.oid >= 16384 AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_' AND p.prokind <> 'a'
    UNION ALL
    SELECT c.relname, pg_catalog.pg_get_ruledef(r.oid)
    FROM pg_catalog.pg_rewrite AS r
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
    WHERE c.oid >= 16384
    UNION ALL
    SELECT c.relname, p.proname
    FROM pg_catalog.pg_trigger AS t
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    INNER JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal
"""


@attrs.frozen
class FixtureTables:
    """The tables that get fixture rows.

    Attributes:
        varied: The tables that get rows of many kinds: those that the migration touches, and a sample of the others.
        plain: The tables that get plain rows, because the migration may read or change them with those.
    """

    varied: frozenset[QualifiedKey]
    plain: frozenset[QualifiedKey]


def choose_fixture_tables(
    scratch: Scratch, connection: Connection, tables: Collection[QualifiedKey]
) -> FixtureTables:
    """Choose the tables that get fixture rows; all, if the migration builds statements from texts.

    The plain tables are the referenced tables, parents and descendants of a varied table, the tables that reference a
    touched table, and the tables in the routines, rules and views that the migration uses. Other tables stay empty.

    Args:
        scratch: The migration.
        connection: A session in the database to fill.
        tables: The tables of this database.
    """
    declared = scratch.subject.wanted.tables
    others = [table for table in tables if table not in declared]
    left_out = frozenset(tables).intersection(
        choose_tables(scratch, declared).left_out | choose_tables(scratch, others).left_out
    )
    varied = frozenset(tables) - left_out
    if not left_out:
        return FixtureTables(varied, frozenset())
    texts = _list_texts(connection, f"{scratch.subject.script}\n{scratch.subject.rollback or ''}")
    if any(map(_DYNAMIC.search, texts)):
        return FixtureTables(varied, left_out)
    words = list_words(" ".join(texts))
    plain = {table for table in left_out if list_words(table[1]) <= words}
    touched = varied - list_untouched(scratch, declared) - list_untouched(scratch, others)
    plain |= _list_linked(connection, varied, touched, scratch.subject.seed)
    return FixtureTables(varied, left_out & plain)


def describe_fixture_tables(scratch: Scratch) -> list[str]:
    """Return a note on how many of the tables that the migration leaves as they were have rows of many kinds."""
    return choose_tables(scratch, scratch.subject.wanted.tables).describe("rows")


def name_rows(scratch: Scratch) -> str:
    """Return a name for the fixture rows, which a variant of a migration has in common with it if it names no more.

    A variant that names another table may need rows there.
    """
    original = scratch.original
    new: frozenset[str] = frozenset()
    if original is not scratch:
        with contextlib.suppress(SchemaDslError):
            present = original.introspected("before", original.settings[0]).catalog.objects
            tables = [each.relation for each in present if each.parent is None and each.kind == RELATION]
            if choose_tables(original, tables).left_out:
                new = _list_own_words(scratch) - _list_own_words(original)
    return " ".join((_SEEDED, *sorted(new)))


def _list_own_words(scratch: Scratch) -> frozenset[str]:
    subject = scratch.subject
    return list_words(f"{subject.script}\n{subject.rollback or ''}")


def _list_texts(connection: Connection, script: str) -> list[str]:
    """Return the scripts and the code that they use, also by other code, as far as names show."""
    texts = [script]
    code = connection.execute(_CODE).fetchall()
    words = list_words(script)
    while True:
        used = [each for each in code if list_words(each[0]) <= words]
        if not used:
            return texts
        texts += [text for _, text in used]
        code = [each for each in code if each not in used]
        words |= list_words(" ".join(text for _, text in used))


def _list_linked(
    connection: Connection, varied: Iterable[QualifiedKey], touched: Iterable[QualifiedKey], seed: int
) -> frozenset[QualifiedKey]:
    """Return the inheritance trees of varied tables, their referenced tables, and tables that refer to touched ones."""
    links = connection.execute(_LINKS).fetchall()
    relatives: dict[QualifiedKey, set[QualifiedKey]] = {}
    referenced: dict[QualifiedKey, set[QualifiedKey]] = {}
    referring: dict[QualifiedKey, set[QualifiedKey]] = {}
    for kind, *names in links:
        child, parent = (names[0], names[1]), (names[2], names[3])
        if kind == "inherits":
            relatives.setdefault(child, set()).add(parent)
            relatives.setdefault(parent, set()).add(child)
        else:
            referenced.setdefault(child, set()).add(parent)
            referring.setdefault(parent, set()).add(child)
    family: set[QualifiedKey] = set()
    pending = list(varied)
    while pending:
        table = pending.pop()
        if table not in family:
            family.add(table)
            pending += relatives.get(table, ())
    linked = family.union(*(referenced.get(table, ()) for table in family))
    for table in touched:
        linked.update(draw_sample(sorted(referring.get(table, ())), _MOST_REFERRING, seed))
    return frozenset(linked)
