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
from schema_dsl.render.data_loss_guard import ALLOWING, losses_heading, losses_of, refusing
from schema_dsl.render.environment import printed
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
    return Sql(printed(step.template, step.values).strip("\n"))


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
        (Sql(name), literal(value))
        for name, value in (("lock_timeout", lock_timeout), ("statement_timeout", statement_timeout))
        if value
    ]
    sections = [
        (_comment_lines(_heading(group, wanted)), [render_step(step) for step in group.steps])
        for group in plan.groups
    ]
    losses = losses_of(plan)
    if losses:
        sections.insert(0, (_comment_lines(losses_heading(losses)), [refusing(losses)]))
        # Where a policy would hide rows from the look, it is to fail.
        settings.append((Sql("row_security"), Sql("off")))
    if not all(text.isascii() for heading, statements in sections for text in (*heading, *statements)):
        # psql on a machine with another encoding would send names and comments garbled.
        settings.insert(0, (Sql("client_encoding"), literal("UTF8")))
    seal = Sql(f" schema-dsl: definitions {header.definitions}, content {_UNSEALED}")
    values = {
        "rule": _RULE,
        "header": [*_comment_lines(_header_lines(header, wanted, loses=bool(losses))), seal],
        "settings": settings,
        "sections": sections,
        "verification": _comment_lines(_verification(plan)),
    }
    return sealed(printed("migration", values).rstrip("\n") + "\n")


_SEAL: Final = re.compile(r"^(-- schema-dsl: definitions [0-9a-f]+, content )([0-9a-f]+)$", re.MULTILINE)
_UNSEALED: Final = "0" * 16


def sealed(text: str) -> str:
    """Write the checksum of a migration's text into its header, by which an edit by hand is noticed."""
    blank = _SEAL.sub(rf"\g<1>{_UNSEALED}", text, count=1)
    return _SEAL.sub(rf"\g<1>{fingerprint(blank)}", blank, count=1)


def seal_of(text: str) -> tuple[str, str] | None:
    """Give the fingerprint of the definitions and the checksum that a migration of ours carries."""
    found = re.search(r"^-- schema-dsl: definitions ([0-9a-f]+), content ([0-9a-f]+)$", text, re.MULTILINE)
    return (found.group(1), found.group(2)) if found else None


def fingerprint(text: str) -> str:
    """Give a short checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _header_lines(header: Header, wanted: Catalog, *, loses: bool) -> list[str]:
    files = ", ".join(section.file for section in wanted.sections)
    lines = [header.title, "", *_wrapped(header.purpose)]
    if header.purpose:
        lines.append("")
    lines += [
        f"Date: {header.date}",
        f'Run:  psql -v ON_ERROR_STOP=1 -f {header.file} "$DATABASE_URL"',
        "      as the owner of the tables. It may be run again, also after a run that was cut short,",
        "      statement by statement or inside one transaction.",
        *((f"      To lose data with it, put before psql: {ALLOWING}",) if loses else ()),
        "",
        *_wrapped(f"Generated from {files or 'definitions'}: change those."),
    ]
    return lines


def _heading(group: Group, wanted: Catalog) -> list[str]:
    schema, name = group.relation
    table = wanted.tables.get(group.relation)
    comment = table.comment if table is not None else None
    return [f"{schema}.{name}", *_wrapped(comment or "")]


def _wrapped(text: str) -> list[str]:
    """Fill each paragraph anew; lines that are indented stand as they are, as in a docstring they would."""
    if len(text) <= _WIDTH - 3 and "\n" not in text:
        return [" ".join(text.split())] if text else []
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
    """Write each line so that it stays behind its dashes; for Postgres, a carriage return ends it, too."""
    return [Sql(f" {_harmless(line)}".rstrip()) for line in lines]


def _harmless(line: str) -> str:
    if line.isascii() and line.isprintable():
        text = line
    else:
        text = " ".join(line.replace("\0", " ").splitlines()).encode(errors="replace").decode()
    # Only one line may look like the seal.
    return text.replace("schema-dsl: ", "schema-dsl : ", 1) if text.startswith("schema-dsl: ") else text


_FEW: Final = 8


def _verification(plan: Plan) -> Sequence[str]:
    """Give queries that show a person what is there afterwards."""
    relations = dict.fromkeys(group.relation for group in plan.groups)
    if len(relations) <= _FEW:
        names = [_on_one_line(qualified(schema, name)) for schema, name in relations]
        among = [
            f"{'  IN (' if number == 0 else '      '}{name}::regclass" for number, name in enumerate(names)
        ]
        condition = [*(f"{line}," for line in among[:-1]), *(f"{line})" for line in among[-1:])]
    else:
        schemas = ", ".join(
            _on_one_line(schema) for schema in dict.fromkeys(schema for schema, _ in relations)
        )
        condition = [
            "  IN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
            f"      WHERE n.nspname IN ({schemas}))",
        ]
    lines = ["To look at what is there now:"]
    for what, select, column, order in _QUERIES:
        lines += ["", f"{what}:", *(f"  {line}" for line in select.splitlines()), f"  WHERE {column}"]
        lines += [f"  {line}" for line in condition]
        lines.append(f"  ORDER BY {order};")
    return lines


_BREAKS: Final = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def _on_one_line(text: str) -> str:
    """Quote a text for a query that stands in a comment, where it cannot hold the end of a line."""
    if not _BREAKS.search(text):
        return literal(str(text))
    body = text.replace("\\", "\\\\").replace("'", "''")
    body = _BREAKS.sub(lambda found: f"\\u{ord(found.group()):04x}", body)
    return f"E'{body}'"


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
        (
            "SELECT polrelid::regclass, polname, polcmd, polroles::regrole[],\n"
            "    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
        ),
        "polrelid",
        "1, 2",
    ),
    (
        "Privileges",
        (
            "SELECT oid::regclass, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS grantee,\n"
            "    privilege_type FROM pg_class, aclexplode(relacl)"
        ),
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
