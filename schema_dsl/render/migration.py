"""Render a Plan as the text of a migration."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS
from schema_dsl.model.catalog import Catalog, Section
from schema_dsl.plan.guarded_drops import GUARDED_DROPS
from schema_dsl.plan.step import Group, Plan
from schema_dsl.render.data_loss_guard import (
    ALLOW_DATA_LOSS_OPTION,
    format_data_loss_heading,
    format_drops_heading,
    list_losses,
    list_losses_to_check_first,
    render_data_loss_check,
)
from schema_dsl.render.environment import render_template
from schema_dsl.render.lifted_row_security import lift_row_security
from schema_dsl.render.running import SettingValues, format_run, render_steps
from schema_dsl.render.seal import FilePart, format_seal, seal_text
from schema_dsl.runner import RUNNERS, Runner
from schema_dsl.sql import Sql, identifier, literal, qualified

_WIDTH: Final = 100
RULE: Final = Sql("=" * _WIDTH)
"""The line above and below the heading of a section."""
RenderedSection: TypeAlias = tuple[list[Sql], list[Sql]]
"""The lines of the heading, and the statements."""


@attrs.frozen(kw_only=True)
class Header:
    """The contents of the comment at the top of a migration.

    Attributes:
        file: The name of the file.
        title: The first line.
        purpose: The paragraphs below the title; may be empty.
        date: The date of the migration.
        definitions: The fingerprint of the definitions.
        history: The fingerprint of the earlier migrations and of the baseline; "" if something was left behind, so that
            only a server can show whether the migrations still produce the definitions.
        allowed: The hazards that were allowed, as --allow takes them.
        runner: The tool that runs the file.
        files: The names of the files of the migration, if they are several, in the order in which they run.
    """

    file: str
    title: str
    purpose: str
    date: str
    definitions: str
    history: str = ""
    allowed: tuple[str, ...] = ()
    runner: Runner = RUNNERS["psql"]
    files: tuple[str, ...] = ()

    @property
    def part(self) -> FilePart:
        """The place of the file among the files of the migration."""
        return FilePart(self.files.index(self.file) + 1, len(self.files)) if self.files else FilePart()


def render(
    plan: Plan,
    wanted: Catalog,
    header: Header,
    *,
    whole: Plan | None = None,
    is_alone: bool = False,
    lock_timeout: str = "",
    statement_timeout: str = "",
) -> str:
    """Render a file of a migration. The same arguments give the same text, byte for byte.

    Args:
        plan: The steps of the file.
        wanted: The declared state.
        header: The contents of the header.
        whole: The plan of the whole migration, if it is several files. The first file has the data-loss check of all,
            and the last one the queries to check the result.
        is_alone: Whether the file runs without a transaction.
        lock_timeout: The value of lock_timeout, or "" to leave the setting unchanged.
        statement_timeout: The value of statement_timeout, or "" to leave the setting unchanged.
    """
    runner, whole = header.runner, whole or plan
    settings = [
        (Sql(name), literal(value))
        for name, value in (("lock_timeout", lock_timeout), ("statement_timeout", statement_timeout))
        if value and not is_alone
    ]
    is_first, is_last = header.part.number == 1, header.part.number == header.part.count
    losses = list_losses((whole if is_first else plan).steps)
    shown = lift_row_security(plan, wanted) if losses and not is_alone else plan
    sections = build_sections(shown, wanted, settings, sets_timeouts=not (is_alone and runner.single))
    checked = list_losses_to_check_first(whole) if is_first else ()
    if checked:
        sections.insert(
            0, (format_comment(format_data_loss_heading(checked)), [render_data_loss_check(checked)])
        )
    if losses and not is_alone:
        # row_security = off makes the data-loss check fail instead of missing rows that a policy hides.
        settings.append((Sql("row_security"), Sql("off")))
    if runner.is_psql and not is_ascii(sections):
        # psql sends the file in the encoding of its environment unless the file sets client_encoding.
        settings.insert(0, (Sql("client_encoding"), literal("UTF8")))
    seal = Sql(f" {format_seal(header.definitions, header.history, header.part)}")
    values = {
        "line": RULE,
        "header": [
            *format_comment(
                _format_header(
                    header,
                    select_sections(wanted.sections, whole),
                    plan,
                    loses_data=any(loss.permitted for loss in losses),
                )
            ),
            *(Sql(f" schema-dsl: allows {_escape_comment_line(item)}") for item in header.allowed),
            seal,
        ],
        "settings": settings,
        "sections": sections,
        "up": Sql(runner.up_alone if is_alone else runner.up),
        "down": Sql(runner.down),
        "verification": format_comment(_format_verification(whole)) if is_last else [],
    }
    return seal_text(render_template("migration", values).rstrip("\n") + "\n")


def build_sections(
    plan: Plan, wanted: Catalog, settings: SettingValues, *, sets_timeouts: bool
) -> list[RenderedSection]:
    """Render each group of a plan below a heading.

    Args:
        plan: The plan.
        wanted: The state after the plan, whose comments are in the headings.
        settings: The settings of the script.
        sets_timeouts: Whether the script may have statements besides those of the steps.
    """
    return [
        (
            format_comment(_format_group_heading(group, wanted)),
            list(render_steps(group.steps, settings, sets_timeouts=sets_timeouts)),
        )
        for group in plan.groups
    ]


def is_ascii(sections: Iterable[RenderedSection]) -> bool:
    """Return whether no section depends on the encoding of the file."""
    return all(text.isascii() for heading, statements in sections for text in (*heading, *statements))


def _format_header(header: Header, sections: Iterable[Section], plan: Plan, *, loses_data: bool) -> list[str]:
    files = ", ".join(section.file for section in sections)
    lines = [*(wrap_text(header.title) or [""]), "", *wrap_text(header.purpose)]
    if header.purpose:
        lines.append("")
    lines += [
        f"Date: {header.date}",
        *format_run(header.file, plan, header.runner),
        *(
            wrap_text(f"File {header.part} of one migration, in this order: {', '.join(header.files)}.")
            if header.files
            else ()
        ),
        *(
            (
                "      It refuses to delete data. To allow that, put this in front of psql:",
                f"      {ALLOW_DATA_LOSS_OPTION}",
            )
            if loses_data
            else ()
        ),
        "",
        *wrap_text(f"Generated from {files or 'definitions'}. Edit the definitions, not this file."),
    ]
    return lines


def _format_group_heading(group: Group, wanted: Catalog) -> list[str]:
    losses = list_losses(group.steps)
    if losses and group.steps[0].template == GUARDED_DROPS:
        return format_drops_heading(losses)
    root = group.root
    declared = wanted.objects.get(root)
    comment = getattr(declared, "comment", None)
    heading = f"{root.schema}.{root.name}" if root.kind in RELATION_KINDS else str(root)
    return [heading, *wrap_text(comment or "")]


def wrap_text(text: str) -> list[str]:
    """Wrap each paragraph; a paragraph with an indented line keeps its lines, as in a docstring."""
    if len(text) <= _WIDTH - 3 and "\n" not in text:
        return [" ".join(text.split())] if text else []
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        if lines:
            lines.append("")
        if re.search(r"^\s", paragraph, re.MULTILINE):
            lines += paragraph.splitlines()
        else:
            lines += textwrap.wrap(paragraph, _WIDTH - 3, break_long_words=False, break_on_hyphens=False)
    return lines


def format_comment(lines: Iterable[str]) -> list[Sql]:
    """Format lines as the text behind `--`. For Postgres, a carriage return also ends a `--` comment."""
    return [Sql(f" {_escape_comment_line(line)}".rstrip()) for line in lines]


def _escape_comment_line(line: str) -> str:
    if line.isascii() and line.isprintable():
        text = line
    else:
        text = " ".join(line.replace("\0", " ").splitlines()).encode(errors="replace").decode()
    # Only one line of a migration may match the pattern of the seal.
    return text.replace("schema-dsl: ", "schema-dsl : ", 1) if text.startswith("schema-dsl: ") else text


_MAX_LISTED_RELATIONS: Final = 8


def _format_verification(plan: Plan) -> Sequence[str]:
    """Format a query by which a person can check the result of the migration."""
    subjects = {part.subject for step in plan.steps for part in step.list_parts()}
    # One block may change objects of several relations, or drop whole relations.
    changed = [
        root
        for group in plan.groups
        for root in (group.root, *(part.subject.root for step in group.steps for part in step.list_parts()))
        if root.kind in RELATION_KINDS and (root == group.root or root not in subjects)
    ]
    relations = dict.fromkeys(root.relation for root in changed)
    if not relations:
        return []
    if len(relations) <= _MAX_LISTED_RELATIONS:
        # to_regclass() returns NULL for a table that does not exist, as after a rollback.
        names = [f"to_regclass({_quote_on_one_line(qualified(schema, name))})" for schema, name in relations]
        condition = f"t.oid IN ({f',{_NEXT_NAME}'.join(names)})"
    else:
        schemas = dict.fromkeys(_quote_on_one_line(identifier(schema)) for schema, _ in relations)
        names = [f"to_regnamespace({schema})" for schema in schemas]
        condition = f"t.relkind = 'r' AND t.relnamespace IN ({', '.join(names)})"
    return _QUERY.format(condition=condition).splitlines()


_NEXT_NAME: Final = "\n                  "
_QUERY: Final = """\
To check the result: no constraint is NOT VALID, no index is INVALID, and row_security is true where this
file enables it.

  SELECT t.oid::regclass AS relation, t.relrowsecurity AS row_security, part.*
  FROM pg_class AS t CROSS JOIN LATERAL (
      SELECT 'column' AS kind, attname::text AS name, format_type(atttypid, atttypmod) AS definition
      FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped
      UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t.oid
      UNION ALL SELECT CASE WHEN indisvalid THEN 'index' ELSE 'INVALID index' END, indexrelid::regclass::text,
          pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = t.oid
      UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger
      WHERE tgrelid = t.oid AND NOT tgisinternal
      UNION ALL SELECT 'policy', polname, concat_ws(' ', polcmd, polroles::regrole[],
          pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polrelid = t.oid
      UNION ALL SELECT 'privilege', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type
      FROM aclexplode(t.relacl)
  ) AS part
  WHERE {condition}
  ORDER BY 1, 3, 4, 5;"""


_BREAKS: Final = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def _quote_on_one_line(text: str) -> str:
    """Quote a text as a literal without line ends, because the query is part of a `--` comment."""
    if not _BREAKS.search(text):
        return literal(str(text))
    body = text.replace("\\", "\\\\").replace("'", "''")
    body = _BREAKS.sub(lambda match: f"\\u{ord(match.group()):04x}", body)
    return f"E'{body}'"


def select_sections(sections: Iterable[Section], plan: Plan) -> tuple[Section, ...]:
    """Return the definitions files of whose objects a plan changes any, or all files if it changes none of them."""
    changed = {step.subject.root for step in plan.steps}
    files = tuple(sections)
    return tuple(file for file in files if not changed.isdisjoint(file.roots)) or files


def build_title_and_purpose(sections: Iterable[Section]) -> tuple[str, str]:
    """Return the title and the purpose of a migration, from the docstrings of its definitions files."""
    files = list(sections)
    if len(files) == 1:
        return files[0].title, files[0].purpose
    titles = [file.title.rstrip(".") for file in files if file.title]
    joined = "; ".join(titles)
    if len(joined) <= _WIDTH - 3:
        return joined, ""
    lines = [
        line
        for title in titles
        for line in textwrap.wrap(title, _WIDTH - 3, initial_indent="  ", subsequent_indent="    ")
    ]
    return ", ".join(title.partition(":")[0] for title in titles), "\n".join(lines)
