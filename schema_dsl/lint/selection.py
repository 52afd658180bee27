"""Which checks are on, for which files, and how bad each is."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import SettingsError
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.named_checks import ALWAYS, NAMED
from schema_dsl.lint.rule import GROUPS, Rule
from schema_dsl.lint.rules import rules

# Beside the rules' groups and those of the passes: what is on unless something else is said, and everything.
_ON: Final = "default"
_ALL: Final = "all"
_OPINIONS: Final = "opinion"
GROUP_NAMES: Final = (*GROUPS, *dict.fromkeys(each.group for each in NAMED.values()), _ON, _OPINIONS, _ALL)


@attrs.frozen
class Selection:
    """What is asked for.

    `active` are names of rules and of what the passes report. `levels` are other levels than a check's own.
    `per_file` are patterns of file names with what is off there.
    """

    active: frozenset[str]
    levels: Mapping[str, Level] = attrs.Factory(dict)
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def rules(self) -> list[Rule]:
        """Give the rules that are on."""
        return [rule for rule in rules().values() if rule.name in self.active]

    @property
    def semantics(self) -> bool:
        """Say whether anything is on that only the second pass finds."""
        return any(each.group == "semantics" and each.name in self.active for each in NAMED.values())

    def is_on(self, name: str, file: str) -> bool:
        """Say whether a check is on for a file."""
        if name not in self.active:
            return name == ALWAYS
        if not self.per_file:
            return True
        # From whatever folder it is named.
        place = Path(file).absolute().as_posix()
        return not any(name in off and _compiled(pattern).search(place) for pattern, off in self.per_file)

    def judged(self, finding: Finding) -> Finding | None:
        """Give a finding with the level that was asked for; None if its check is off."""
        if not self.is_on(finding.rule, finding.file):
            return None
        level = self.levels.get(finding.rule, finding.level)
        return finding if level is finding.level else attrs.evolve(finding, level=level)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Give a pattern of file names as an expression; `**` is any number of folders."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]/]+\])", pattern.removeprefix("./"))
    return re.compile(f"(?:^|/){''.join(map(_part, parts))}\\Z")


def _part(part: str) -> str:
    if part.startswith("["):
        return part.replace("[!", "[^", 1).replace("\\", r"\\")
    return _WILD.get(part) or re.escape(part)


_WILD: Final = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def selection(
    platform: str,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    per_file: Mapping[str, Iterable[str]] | None = None,
    levels: Mapping[str, str] | None = None,
    where: str | None = None,
) -> Selection:
    """Work out what is on; names are those of checks or of groups.

    Without `select` everything is on that is no opinion. What is named itself in `select` stays on where only
    its group is ignored. A rule for another platform is never on.

    Raises:
        SettingsError: If a name is not known; `where` is the place of it.
    """
    asked = tuple(select) or (_ON,)
    off = tuple(ignore)
    active: set[str] = set()
    for name in asked:
        active |= _meant(name, where)
    for name in off:
        taken = _meant(name, where, ignoring=True)
        active -= taken if name in taken else taken - set(asked)
    here = {rule.name for rule in rules().values() if rule.platform in {None, platform}} | set(NAMED)
    for pattern in per_file or {}:
        try:
            _compiled(pattern)
        except re.error as error:
            raise SettingsError(
                f"{pattern!r} is no pattern of file names: {error.msg}",
                where=where,
                instead="Write 003_*.sql.",
            ) from error
    patterns = tuple(
        (pattern, frozenset().union(*(_meant(name, where, ignoring=True) for name in names)))
        for pattern, names in (per_file or {}).items()
    )
    known = {
        each: Level(level) for name, level in (levels or {}).items() for each in sorted(_meant(name, where))
    }
    return Selection(frozenset(active & here), known, patterns)


def is_known(name: str) -> bool:
    """Say whether a check has this name."""
    return name in NAMED or name in rules()


def did_you_mean(name: str, *, groups: bool = False) -> str:
    """Say what name was probably meant."""
    known = [*rules(), *NAMED, *(GROUP_NAMES if groups else ())]
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else "`schema-dsl lint --rules` lists them."


def _meant(name: str, where: str | None, *, ignoring: bool = False) -> frozenset[str]:
    if ignoring and name in {ALWAYS, "syntax"}:
        raise SettingsError(
            f"{name} cannot be ignored: such a file cannot be run", where=where, instead="Correct the SQL."
        )
    if is_known(name):
        return frozenset({name})
    if name not in GROUP_NAMES:
        raise SettingsError(
            f"there is no rule or group {name!r}", where=where, instead=did_you_mean(name, groups=True)
        )
    of_passes = frozenset(each.name for each in NAMED.values() if name in {_ALL, _ON, each.group})
    return of_passes | {rule.name for rule in rules().values() if _belongs(rule, name)}


def _belongs(rule: Rule, group: str) -> bool:
    if rule.opinion:
        return group in {_ALL, _OPINIONS}
    return group in {_ALL, _ON, rule.group}
