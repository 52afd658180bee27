"""Find obstacles to a replay: templates, psql commands and variables, and files that the tool itself refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schema_dsl.migrations.sections import Fault, Sections
from schema_dsl.parsing import split
from schema_dsl.parsing.grammar import Problem, parse
from schema_dsl.parsing.lexer import SplitScript, split_by_lexer

_TEMPLATE: Final = re.compile(
    r"\{\{(?!\{*\s*-?\d).*?\}\}|\{[%#].*?[%#]\}|\$\{[^\W\d][^}\n]*\}|<%[=-].*?%>", re.DOTALL
)
# Between these marks, goose replaces the variables of the environment, also in strings.
_ENVSUB: Final = re.compile(
    r"^--[ \t]*\+goose[ \t]+envsub(?:st)?[ \t]+on\b.*?(?:^--[ \t]*\+goose[ \t]+envsub(?:st)?[ \t]+off\b|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_ENVIRONMENT: Final = re.compile(r"\$(?:\{[^\W\d]\w*[^}\n]*\}|[^\W\d]\w*\b(?!\$))")
# Commands of psql that print, format or describe, or set a variable: its use is an obstacle. pg_dump writes \restrict.
_HARMLESS: Final = re.compile(
    r"(?:[aCfghHlopsTtxz?.]|gx|gset|help|conninfo|copyright|crosstabview|echo|errverbose|pset|qecho|restrict|set|sf|sv"
    r"|timing|unrestrict|unset|warn|d\w*)[S+]*\Z"
)
_VARIABLE: Final = re.compile(r":(?:'\w+'|\"\w+\"|\{\?\w+\}|\w+)")
# Placeholders of sqlcmd, Ant, Octopus, envsubst and others. SQL may contain such text, as in `a %b% c`. AS $BODY is the
# start of a body without its second dollar.
_RARE: Final = re.compile(
    r"\$\(\w+\)|@\w+@|%[A-Za-z]\w*%|#\{[^}\n]*\}|\[\[\w+\]\]|(?<![Aa][Ss]\s)(?<![Dd][Oo]\s)\$[A-Z_][A-Z0-9_]*\b(?!\$)"
)
_SHOWN: Final = 40
# Without any of these, a text has no obstacle, and need not be split.
_SUSPICIOUS: Final = ("\\", "{{", "{%", "{#", "${", "<%")
_SUSPICIOUS_COLON: Final = re.compile(r":(?<!::)[\w'\"{]")


def find_obstacles(sections: Sections) -> list[Fault]:
    """Return the parts of the forward SQL that a replay cannot run, in their order."""
    if sections.fault is not None:
        return [sections.fault]
    text = sections.forward
    if "\0" in text:
        instead = "Save the file as UTF-8; it may be UTF-16."
        return [Fault(text.index("\0"), "Postgres rejects the NUL character", instead)]
    if not _is_suspicious(text):
        return []
    pieces = split_by_lexer(text)
    found = [*_find_templates(text, pieces), *_find_environment(sections), *_find_psql(text, pieces)]
    return sorted(found, key=lambda fault: fault.offset)


def find_rare_placeholders(text: str, offsets: Iterable[int]) -> Iterator[Fault]:
    """Yield the rare placeholders of templates at which a statement does not parse.

    Args:
        text: The SQL.
        offsets: The offsets of the syntax errors.
    """
    for offset in offsets:
        start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
        for match in _RARE.finditer(text, start, len(text) if end < 0 else end):
            # The error may be at the token behind: `@name@` are operators, too.
            if match.start() <= offset <= match.end() + 1:
                yield _placeholder(match)


def _is_suspicious(text: str) -> bool:
    # One pattern for all of this takes ten times as long on a large file.
    return (
        any(part in text for part in _SUSPICIOUS)
        or _SUSPICIOUS_COLON.search(text) is not None
        or "envsub" in text.lower()
    )


def _find_templates(text: str, pieces: SplitScript) -> Iterator[Fault]:
    """Yield placeholders outside of strings and comments, where no SQL has such text."""
    quoted = [*pieces.literals, *pieces.line_comments]
    for match in _TEMPLATE.finditer(text):
        if not any(start <= match.start() < end for start, end in quoted):
            yield _placeholder(match)


def _find_environment(sections: Sections) -> Iterator[Fault]:
    for region in _ENVSUB.finditer(sections.text):
        for match in _ENVIRONMENT.finditer(sections.forward, *region.span()):
            yield _placeholder(match)


def _placeholder(match: re.Match[str]) -> Fault:
    return Fault(
        match.start(),
        f"{_shorten(match.group())} is a placeholder, and its value is not in the file",
        "Write the SQL that the template produces into the file, or replace the file by a baseline.",
    )


def _find_psql(text: str, pieces: SplitScript) -> Iterator[Fault]:
    for offset, name in pieces.meta_commands:
        if not _HARMLESS.match(name):
            yield Fault(
                offset,
                f"\\{name} is a command of psql and not SQL, so a replay cannot run it",
                "Write the SQL that psql runs into the file, or replace the file by a baseline.",
            )
    if pieces.placeholders:
        yield from _find_variables(text, sorted(pieces.placeholders))


def _find_variables(text: str, offsets: Sequence[int]) -> Iterator[Fault]:
    """Yield psql variables, except for a colon that SQL has too: JSON_OBJECT('name':value)."""
    for statement in split(text).statements:
        inside = [offset for offset in offsets if statement.start <= offset < statement.end]
        name = _VARIABLE.match(text, inside[0]) if inside else None
        if name is not None and isinstance(parse(text[statement.start : statement.end]), Problem):
            yield Fault(
                inside[0],
                f"{name[0]} is a variable of psql, and its value is not in the file",
                "Write the value into the file, or replace the file by a baseline.",
            )


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
