"""The selection of checks and levels, also per file."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import SettingsError, suggest_similar
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.named_checks import NAMED_CHECKS, SYNTAX_ERROR
from schema_dsl.lint.rule import GROUPS, Rule
from schema_dsl.lint.rules import rules_by_name

# Groups in addition to those of rules and named checks.
_DEFAULT: Final = "default"
_ALL: Final = "all"
_OPINIONS: Final = "opinion"
GROUP_NAMES: Final = (
    *GROUPS,
    *dict.fromkeys(check.group for check in NAMED_CHECKS.values()),
    _DEFAULT,
    _OPINIONS,
    _ALL,
)


@attrs.frozen
class Selection:
    """The active checks.

    Attributes:
        active: The names of the active rules and named checks.
        levels: Levels that replace the levels of the checks.
        per_file: Patterns of file names, with the checks that are off in these files.
        opinions: The named checks that also apply to hand-written files, where they are off by default.
    """

    active: frozenset[str]
    levels: Mapping[str, Level] = attrs.Factory(dict)
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    opinions: frozenset[str] = frozenset()

    @property
    def rules(self) -> list[Rule]:
        """The active rules."""
        return [rule for rule in rules_by_name().values() if rule.name in self.active]

    @property
    def semantics(self) -> bool:
        """Return whether a check of names and types is active."""
        return any(
            check.group == "semantics" and check.name in self.active for check in NAMED_CHECKS.values()
        )

    def is_on(self, name: str, file: str) -> bool:
        """Return whether a check is active for a file."""
        if name not in self.active:
            return name == SYNTAX_ERROR
        if not self.per_file:
            return True
        # A pattern matches in every current folder.
        path = Path(file).absolute().as_posix()
        return not any(
            name in off and _compile_pattern(pattern).search(path) for pattern, off in self.per_file
        )

    def apply_level(self, finding: Finding) -> Finding | None:
        """Return a finding with its selected level; None if its check is off."""
        if not self.is_on(finding.rule, finding.file):
            return None
        level = self.levels.get(finding.rule, finding.level)
        return finding if level is finding.level else attrs.evolve(finding, level=level)


@functools.cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern of file names as a regular expression; `**` matches any number of folders."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]/]+\])", pattern.removeprefix("./"))
    return re.compile(f"(?:^|/){''.join(map(_pattern_part, parts))}\\Z")


def _pattern_part(part: str) -> str:
    if part.startswith("["):
        return part.replace("[!", "[^", 1).replace("\\", r"\\")
    return _WILD.get(part) or re.escape(part)


_WILD: Final = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def build_selection(
    platform: str,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    per_file: Mapping[str, Iterable[str]] | None = None,
    levels: Mapping[str, str] | None = None,
    where: str | None = None,
) -> Selection:
    """Build a selection from the names of checks and groups.

    A rule for another platform is never active.

    Args:
        platform: The name of the platform.
        select: Checks and groups to activate; by default all except opinions.
        ignore: Checks and groups to turn off. A check that `select` names stays active if `ignore` names its group.
        per_file: Patterns of file names, with the checks and groups to turn off in these files.
        levels: Levels by check or group.
        where: The place of the settings, for errors.

    Raises:
        SettingsError: If a name is unknown, or a pattern is invalid.
    """
    selected = tuple(select) or (_DEFAULT,)
    ignored = tuple(ignore)
    active: set[str] = set()
    for name in selected:
        active |= _expand_name(name, where)
    for name in ignored:
        names_off = _expand_name(name, where, ignoring=True)
        active -= names_off if name in names_off else names_off - set(selected)
    available = {rule.name for rule in rules_by_name().values() if rule.platform in {None, platform}} | set(
        NAMED_CHECKS
    )
    for pattern in per_file or {}:
        try:
            _compile_pattern(pattern)
        except re.error as error:
            raise SettingsError(
                f"{pattern!r} is not a pattern of file names: {error.msg}",
                where=where,
                instead="Write a pattern such as 003_*.sql.",
            ) from error
    patterns = tuple(
        (pattern, frozenset().union(*(_expand_name(name, where, ignoring=True) for name in names)))
        for pattern, names in (per_file or {}).items()
    )
    chosen_levels = {
        check: Level(level)
        for name, level in (levels or {}).items()
        for check in sorted(_expand_name(name, where))
    }
    opinions = frozenset(
        check.name
        for check in NAMED_CHECKS.values()
        if check.opinion_by_hand
        and not {_ALL, _OPINIONS, check.name}.isdisjoint(set(selected) - set(ignored))
    )
    return Selection(frozenset(active & available), chosen_levels, patterns, opinions)


def is_check_name(name: str) -> bool:
    """Return whether a check has this name."""
    return name in NAMED_CHECKS or name in rules_by_name()


def suggest_name(name: str, *, groups: bool = False) -> str:
    """Return a remedy for an unknown name: the most similar name, or the command that lists all names."""
    if name in GROUP_NAMES and not groups:
        return f"{name} is a group: name one of its rules. `schema-dsl lint --rules` lists them."
    known = [*rules_by_name(), *NAMED_CHECKS, *(GROUP_NAMES if groups else ())]
    return suggest_similar(name, known, "`schema-dsl lint --rules` lists all rules.")


def _expand_name(name: str, where: str | None, *, ignoring: bool = False) -> frozenset[str]:
    if ignoring and name in {SYNTAX_ERROR, "syntax"}:
        raise SettingsError(
            f"{name} cannot be ignored, because Postgres cannot run the file",
            where=where,
            instead="Correct the SQL.",
        )
    if is_check_name(name):
        return frozenset({name})
    if name not in GROUP_NAMES:
        raise SettingsError(
            f"there is no rule or group {name!r}", where=where, instead=suggest_name(name, groups=True)
        )
    named_checks = frozenset(
        check.name
        for check in NAMED_CHECKS.values()
        if name in {_ALL, _DEFAULT, check.group}
        or (check.opinion_by_hand and name == _OPINIONS and not ignoring)
    )
    return named_checks | {rule.name for rule in rules_by_name().values() if _belongs(rule, name)}


def _belongs(rule: Rule, group: str) -> bool:
    if rule.opinion:
        return group in {_ALL, _OPINIONS}
    return group in {_ALL, _DEFAULT, rule.group}
