"""A Plan to the text of a migration."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from schema_dsl.model.catalog import Catalog, Section
from schema_dsl.plan.step import Group, Plan, Step
from schema_dsl.render.environment import template
from schema_dsl.sql import Sql, literal, qualified

_WIDTH: Final = 100
_RULE: Final = Sql("=" * _WIDTH)


@attrs.frozen(kw_only=True)
class Header:
    """What the top of a migration says of it. `definitions` is the fingerprint of what was declared."""

    file: str
    title: str
    purpose: str
    date: str
    definitions: str


def render_step(step: Step) -> Sql:
    """Print one step's statements."""
    return Sql(template(step.template).render(step.values).strip("\n"))


def render(
    plan: Plan,
    wanted: Catalog,
    header: Header,
    *,
    lock_timeout: str = "",
    statement_timeout: str = "",
) -> str:
    """Print a whole migration: the same text for the same arguments, byte for byte."""
    settings = [
        {"name": Sql(name), "value": literal(value)}
        for name, value in (("lock_timeout", lock_timeout), ("statement_timeout", statement_timeout))
        if value
    ]
    sections = [
        {
            "heading": _comment_lines(_heading(group, wanted)),
            "statements": [render_step(step) for step in group.steps],
        }
        for group in plan.groups
    ]
    lines = _comment_lines(_header_lines(header, wanted))
    if not all(text.isascii() for section in sections for text in (*section["heading"], *section["statements"])):
        # psql on a machine with another encoding would send names and comments garbled.
        settings.insert(0, {"name": Sql("client_encoding"), "value": literal("UTF8")})
    text = template("migration").render(
        rule=_RULE,
        header=lines,
        settings=settings,
        sections=sections,
        verification=_comment_lines(_verification(plan)),
    )
    return sealed(text.rstrip("\n") + "\n")


_SEAL: Final = re.compile(r"^(-- schema-dsl: definitions [0-9a-f]+, content )([0-9a-f]+)$", re.MULTILINE)
_UNSEALED: Final = "0" * 16


def sealed(text: str) -> str:
    """Write the checksum of a migration's text into its header, by which an edit by hand is noticed."""
    blank = _SEAL.sub(rf"\g<1>{_UNSEALED}", text, count=1)
    return _SEAL.sub(rf"\g<1>{fingerprint(blank)}", blank, count=1)


def fingerprint(text: str) -> str:
    """Give a short checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _header_lines(header: Header, wanted: Catalog) -> list[str]:
    lines = [header.title, "", *_wrapped(header.purpose)]
    if header.purpose:
        lines.append("")
    lines += [
        f"Date: {header.date}",
        f'Run:  psql -v ON_ERROR_STOP=1 -f {header.file} "$DATABASE_URL"',
        "      as the owner of the tables. It may be run again, also after a run that was cut short,",
        "      statement by statement or inside one transaction.",
        "",
        f"Generated from {', '.join(section.file for section in wanted.sections) or 'definitions'}: change those.",
        f"schema-dsl: definitions {header.definitions}, content {_UNSEALED}",
    ]
    return lines


def _heading(group: Group, wanted: Catalog) -> list[str]:
    schema, name = group.relation
    table = wanted.tables.get(group.relation)
    comment = table.comment if table is not None else None
    return [f"{schema}.{name}", *_wrapped(comment or "")]


def _wrapped(text: str) -> list[str]:
    """Fill each paragraph anew; lines that are indented stand as they are, as in a docstring they would."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if lines:
            lines.append("")
        if re.search(r"^\s", paragraph, re.MULTILINE):
            lines += paragraph.splitlines()
        else:
            lines += textwrap.wrap(paragraph, _WIDTH - 3, break_long_words=False, break_on_hyphens=False)
    return lines


def _comment_lines(lines: Iterable[str]) -> list[Sql]:
    """Write each line so that it stays behind its dashes: a carriage return ends a comment for Postgres, too."""
    return [Sql(f" {' '.join(line.splitlines())}".rstrip()) for line in lines]


_FEW: Final = 8


def _verification(plan: Plan) -> Sequence[str]:
    """Give queries that show a person what is there afterwards."""
    relations = dict.fromkeys(group.relation for group in plan.groups)
    if len(relations) <= _FEW:
        names = [literal(str(qualified(schema, name))) for schema, name in relations]
        among = [f"{'  IN (' if number == 0 else '      '}{name}::regclass" for number, name in enumerate(names)]
        condition = [*(f"{line}," for line in among[:-1]), *(f"{line})" for line in among[-1:])]
    else:
        schemas = ", ".join(literal(schema) for schema in dict.fromkeys(schema for schema, _ in relations))
        condition = [f"  IN (SELECT oid FROM pg_class WHERE relnamespace::regnamespace::text IN ({schemas}))"]
    lines = ["To look at what is there now:"]
    for what, select, column, order in _QUERIES:
        lines += ["", f"{what}:", f"  {select}", f"  WHERE {column}"]
        lines += [f"  {line}" for line in condition]
        lines.append(f"  ORDER BY {order};")
    return lines


_QUERIES: Final = (
    (
        "Tables, and whether row level security is on",
        "SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class",
        "oid",
        "1",
    ),
    (
        "Columns",
        "SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute",
        "attnum > 0 AND NOT attisdropped AND attrelid",
        "attrelid, attnum",
    ),
    (
        "Constraints; each must be valid",
        "SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint",
        "conrelid",
        "1, 2",
    ),
    (
        "Indexes; each must be valid",
        "SELECT indrelid::regclass, indisvalid, pg_get_indexdef(indexrelid) FROM pg_index",
        "indrelid",
        "1, 3",
    ),
    (
        "Policies",
        "SELECT schemaname, tablename, policyname, cmd, roles, qual, with_check FROM pg_policies",
        "format('%I.%I', schemaname, tablename)::regclass",
        "1, 2, 3",
    ),
    (
        "Privileges",
        "SELECT oid::regclass, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS grantee, privilege_type"
        " FROM pg_class, aclexplode(relacl)",
        "oid",
        "1, 2, 3",
    ),
    (
        "Triggers",
        "SELECT tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger",
        "NOT tgisinternal AND tgrelid",
        "1, 2",
    ),
)


def section_texts(sections: Iterable[Section]) -> tuple[str, str]:
    """Give a title and a purpose for a migration from the docstrings of the files it comes from."""
    given = list(sections)
    if len(given) == 1:
        return given[0].title, given[0].purpose
    return "; ".join(each.title.rstrip(".") for each in given if each.title), ""
