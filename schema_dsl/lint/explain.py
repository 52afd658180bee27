"""Descriptions of rules, for the terminal and for the page of all rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from schema_dsl.errors import SettingsError
from schema_dsl.lint.named_checks import NAMED_CHECKS, NamedCheck
from schema_dsl.lint.rule import GROUPS, Rule
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.selection import suggest_name

_WIDTH: Final = 100
_TITLES: Final = {
    "locks": "Locks",
    "data": "Data",
    "types": "Types",
    "script": "Scripts",
    "schema": "Schema",
    "rls": "Row level security",
    "syntax": "Syntax",
    "semantics": "Names and types",
    "generated": "Generated migrations",
    "suppression": "Ignore comments",
}
_HEAD: Final = """\
# Rules

The rules of `schema-dsl lint`, by group. `python tools/rules_page.py` generates this page from the rules; every
example is also a test.

Select rules and groups with `--select` and `--ignore`, or in `pyproject.toml`:

```toml
[tool.schema-dsl.lint]
select = ["default", "prefer-text-field"]
ignore = ["require-statement-timeout"]
per-file-ignores = { "003_*.sql" = ["locks"] }
levels = { "ban-drop-column" = "error" }
baseline = "lint-baseline.json"
```

To suppress a finding, add a comment with the reason before the statement or at the end of one of its lines:

```sql
-- schema-dsl: ignore[ban-drop-column] no query reads the column since release 12
ALTER TABLE public.notes DROP COLUMN colour;
```
"""


def explain_check(name: str, *, width: int = _WIDTH) -> str:
    """Return the help text of a rule or a named check: summary, reason and, for a rule, remedy and examples.

    Args:
        name: The name of a rule or of a named check such as "syntax-error"; "all" for every check.
        width: The width of a line, in characters.

    Raises:
        SettingsError: If no check has the name.
    """
    if name == "all":
        return "\n".join([_format_explanation(check, width) for check in _list_checks()])
    check = find_check(name)
    if check is None:
        raise SettingsError(f"there is no rule {name!r}", instead=suggest_name(name))
    return _format_explanation(check, width)


def find_check(name: str) -> Rule | NamedCheck | None:
    """Return a rule or a named check; None if no check has the name."""
    return rules_by_name().get(name) or NAMED_CHECKS.get(name)


def format_check_list() -> str:
    """Return the list of all checks with level and summary, by group."""
    width = max(len(name) for name in (*rules_by_name(), *NAMED_CHECKS))
    lines = []
    for group in _TITLES:
        lines.append(f"{group}:")
        for check in _list_checks_of_group(group):
            level = "off" if isinstance(check, Rule) and check.opinion else check.level.value
            lines.append(f"  {check.name:{width}}  {level:7}  {check.summary}")
    return "\n".join(lines) + "\n"


def format_rules_page() -> str:
    """Return the page of all rules in Markdown."""
    return "\n".join([_HEAD, *(line for group in _TITLES for line in _format_group(group))]).rstrip() + "\n"


def _list_checks() -> list[Rule | NamedCheck]:
    return [*rules_by_name().values(), *NAMED_CHECKS.values()]


def _list_checks_of_group(group: str) -> list[Rule | NamedCheck]:
    return sorted((check for check in _list_checks() if check.group == group), key=lambda each: each.name)


def _format_properties(check: Rule | NamedCheck) -> str:
    facts = [check.level.value, f"group {check.group}"]
    if isinstance(check, Rule):
        facts += ["off by default"] if check.opinion else []
        facts += ["not in unedited generated files"] if check.decided else []
        facts += [f"only on {check.platform}"] if check.platform else []
    elif check.opinion_by_hand:
        facts.append("off by default in hand-written files")
    return ", ".join(facts)


def _format_explanation(check: Rule | NamedCheck, width: int) -> str:
    title = f"{check.name} ({_format_properties(check)})"
    lines = [*_wrap(title, width), "", *_wrap(check.summary, width), "", *_wrap(check.why, width)]
    if isinstance(check, Rule):
        lines += ["", *_wrap(f"Instead: {check.remedy}", width)]
        for title, examples in (("Bad", check.bad), ("Good", check.good)):
            for example in examples[:1]:
                lines += ["", f"{title}:", "", textwrap.indent(example, "    ")]
        if check.known_as:
            lines += ["", f"Names in other tools: {', '.join(check.known_as)}."]
    return "\n".join(lines) + "\n"


def _wrap(text: str, width: int = _WIDTH) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _format_group(group: str) -> Iterator[str]:
    members = _list_checks_of_group(group)
    assert group in GROUPS or members  # noqa: S101 - no group of named checks is empty
    yield f"## {_TITLES[group]}\n"
    for check in members:
        yield f"### {check.name}\n"
        yield f"{check.summary} ({_format_properties(check)})\n"
        yield "\n".join(_wrap(check.why)) + "\n"
        if isinstance(check, Rule):
            yield "\n".join(_wrap(check.remedy)) + "\n"
            for title, examples in (("Bad", check.bad), ("Good", check.good)):
                for example in examples[:1]:
                    yield f"{title}:\n\n```sql\n{example.rstrip()}\n```\n"
            if check.known_as:
                yield f"Names in other tools: {', '.join(check.known_as)}.\n"
