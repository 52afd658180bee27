"""What there is to know of a rule, for a terminal and for the page of all rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from schema_dsl.errors import SettingsError
from schema_dsl.lint.named_checks import NAMED, NamedCheck
from schema_dsl.lint.rule import GROUPS, Rule
from schema_dsl.lint.rules import rules
from schema_dsl.lint.selection import did_you_mean

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
    "suppression": "Ignore comments",
}
_HEAD: Final = """\
# Rules

What `schema-dsl lint` reports, by group. This page is made from the rules themselves by
`python tools/rules_page.py`; each example on it is a test.

Choose with `--select` and `--ignore`, by names of rules or groups, or in `pyproject.toml`:

```toml
[tool.schema-dsl.lint]
select = ["default", "prefer-text-field"]
ignore = ["require-statement-timeout"]
per-file-ignores = { "003_*.sql" = ["locks"] }
levels = { "ban-drop-column" = "error" }
baseline = "lint-baseline.json"
```

Where a statement is meant to be as it is, a comment before it or at the end of one of its lines says so, and why:

```sql
-- schema-dsl: ignore[ban-drop-column] nothing has read it since release 12
ALTER TABLE public.notes DROP COLUMN colour;
```
"""


def explained(name: str) -> str:
    """Say what a check is about, and how to do better.

    Raises:
        SettingsError: If there is none of this name.
    """
    if name == "all":
        return "\n".join([_explained(each) for each in _every()])
    check = check_named(name)
    if check is None:
        raise SettingsError(f"there is no rule {name!r}", instead=did_you_mean(name))
    return _explained(check)


def check_named(name: str) -> Rule | NamedCheck | None:
    """Give a rule, or what is known of a check of the passes."""
    return rules().get(name) or NAMED.get(name)


def listed() -> str:
    """List every check with its level and its summary, group by group."""
    width = max(len(name) for name in (*rules(), *NAMED))
    lines = []
    for group in _TITLES:
        lines.append(f"{group}:")
        for each in _of_group(group):
            level = "off" if isinstance(each, Rule) and each.opinion else each.level.value
            lines.append(f"  {each.name:{width}}  {level:7}  {each.summary}")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Write the page of all rules, in Markdown."""
    return "\n".join([_HEAD, *(line for group in _TITLES for line in _section(group))]).rstrip() + "\n"


def _every() -> list[Rule | NamedCheck]:
    return [*rules().values(), *NAMED.values()]


def _of_group(group: str) -> list[Rule | NamedCheck]:
    return sorted((each for each in _every() if each.group == group), key=lambda each: each.name)


def _facts(check: Rule | NamedCheck) -> str:
    facts = [check.level.value, f"group {check.group}"]
    if isinstance(check, Rule):
        facts += ["off until it is selected"] if check.opinion else []
        facts += [f"only on {check.platform}"] if check.platform else []
    return ", ".join(facts)


def _explained(check: Rule | NamedCheck) -> str:
    lines = [f"{check.name} ({_facts(check)})", "", *_wrapped(check.summary), "", *_wrapped(check.why)]
    if isinstance(check, Rule):
        lines += ["", *_wrapped(f"Instead: {check.remedy}")]
        for title, examples in (("Bad", check.bad), ("Good", check.good)):
            for each in examples[:1]:
                lines += ["", f"{title}:", "", textwrap.indent(each, "    ")]
        if check.known_as:
            lines += ["", f"Known elsewhere as {', '.join(check.known_as)}."]
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _section(group: str) -> Iterator[str]:
    members = _of_group(group)
    assert group in GROUPS or members  # noqa: S101 - no group of the passes is empty
    yield f"## {_TITLES[group]}\n"
    for each in members:
        yield f"### {each.name}\n"
        yield f"{each.summary} ({_facts(each)})\n"
        yield "\n".join(_wrapped(each.why)) + "\n"
        if isinstance(each, Rule):
            yield "\n".join(_wrapped(each.remedy)) + "\n"
            for title, examples in (("Bad", each.bad), ("Good", each.good)):
                for example in examples[:1]:
                    yield f"{title}:\n\n```sql\n{example.rstrip()}\n```\n"
            if each.known_as:
                yield f"Known elsewhere as {', '.join(each.known_as)}.\n"
