"""What was seen of access, in sentences and as a table that anybody can read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from schema_dsl.model.access import OPERATIONS
from schema_dsl.verify.access.trial import Trial

_ROW: Final = {
    "own": "its own row",
    "another's": "another user's row",
    "any": "rows",
}
_DOES: Final = {
    "select": "read {row} in {table}",
    "insert": "add {row} to {table}",
    "update": "change {row} in {table}",
    "delete": "delete {row} from {table}",
    "truncate": "empty {table} (TRUNCATE)",
    "references": "tie other tables to {table} (REFERENCES)",
    "trigger": "put triggers on {table} (TRIGGER)",
    "maintain": "lock and rebuild {table} (MAINTAIN)",
}
_MOVES: Final = {
    "own to another's": "make its own row another user's in {table}",
    "another's to own": "make another user's row its own in {table}",
}


def broken(trials: Iterable[Trial]) -> list[str]:
    """Say in one sentence each what is not as it was meant, callers and settings taken together."""
    tried = list(trials)
    settings = list(dict.fromkeys(trial.setting for trial in tried))
    found: dict[str, list[str]] = {}
    for setting in settings:
        for sentence in _sentences([trial for trial in tried if trial.setting == setting]):
            found.setdefault(sentence, []).append(setting)
    return under_settings(found, settings)


def under_settings(found: Mapping[str, Collection[str]], settings: Collection[str]) -> list[str]:
    """Name the settings of default privileges that a sentence holds under, where it is not all of them."""
    return [
        sentence
        if set(under) == set(settings)
        else f"{sentence}, under the {' and '.join(dict.fromkeys(under))} default privileges"
        for sentence, under in found.items()
    ]


def _sentences(trials: Sequence[Trial]) -> list[str]:
    groups: dict[tuple[object, ...], list[Trial]] = {}
    for trial in trials:
        groups.setdefault(_topic(trial), []).append(trial)
    found = []
    told = set()
    for topic, group in groups.items():
        failed = [trial for trial in group if not trial.holds]
        plain = (*topic[:3], *topic[4:])
        # That policies alone would not have held says nothing new where nothing has.
        if failed and not (failed[0].layer == "policies alone" and plain in told):
            found.append(_sentence(failed, group))
            told.add(plain)
    return list(dict.fromkeys(found))


def _topic(trial: Trial) -> tuple[object, ...]:
    return (
        trial.table,
        trial.role,
        trial.operation,
        trial.layer,
        trial.whose,
        trial.column,
        trial.expected == "allowed",
    )


def _sentence(failed: Sequence[Trial], group: Sequence[Trial]) -> str:
    trial = failed[0]
    does, role = does_what(trial), trial.role
    if trial.expected == "allowed":
        how = f" {_callers(failed)}" if len(failed) < len(group) else ""
        without = ", were it bound by policies" if trial.layer == "without bypass" else ""
        return f"{role} cannot {does}{how}{without}: {_why(trial)}"
    if trial.layer == "policies alone":
        return f"{role} could {does} but for a missing privilege: the policies would let it"
    passed = [each for each in failed if each.seen.outcome == "allowed"]
    if passed:
        owner = any(each.caller == "as the row's owner" for each in passed)
        how = "" if owner or len(passed) == len(group) else f" {_callers(passed)}"
        return f"{role} can {does}{how}"
    if trial.expected == "no privilege" and trial.seen.outcome != "error":
        privilege = trial.operation.upper()
        return f"{role} holds {privilege} on {trial.table}, which nobody declared: only policies keep it from rows"
    return f"{role} is not refused when it tries to {does}: {_why(trial)}"


def does_what(trial: Trial) -> str:
    """Say what was tried, as in "... can read another user's row in notes"."""
    row = _ROW.get(trial.whose, "")
    if trial.operation == "insert" and trial.whose == "another's":
        row = "a row as another user"
    if trial.column:
        row = f"column {trial.column} of {row}"
    pattern = _MOVES.get(trial.whose) or _DOES[trial.operation]
    return pattern.format(row=row, table=trial.table)


def _callers(trials: Sequence[Trial]) -> str:
    return " or ".join(dict.fromkeys(trial.caller for trial in trials))


def _why(trial: Trial) -> str:
    seen = trial.seen
    if seen.outcome == "filtered":
        return "no policy lets it" if trial.operation != "select" else "no policy shows it"
    if seen.by is not None:
        return f"a {seen.by} is missing" if seen.by == "privilege" else "no policy lets it"
    return seen.message or "it fails"


def matrix(trials: Iterable[Trial]) -> list[list[str]]:
    """Show what was seen as rows of text: for each table and role, whose rows each operation reached."""
    groups: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        if trial.layer == "as it is":
            groups.setdefault((trial.table, trial.role), []).append(trial)
    operations = (*OPERATIONS, "truncate")
    rows = [["table", "role", *operations]]
    for (table, role), group in groups.items():
        by_setting = {
            setting: [_cell([each for each in group if each.setting == setting], what) for what in operations]
            for setting in dict.fromkeys(each.setting for each in group)
        }
        same = len({tuple(cells) for cells in by_setting.values()}) == 1
        for setting, cells in by_setting.items():
            rows.append([table, role if same else f"{role} ({setting})", *cells])
            if same:
                break
    return rows


def _cell(trials: Sequence[Trial], operation: str) -> str:
    passed = [each for each in trials if each.operation == operation and each.seen.outcome == "allowed"]
    if operation == "truncate":
        return "all rows" if passed else "no"
    whole = [each for each in passed if each.column is None]
    columns = [each.column for each in passed if each.column is not None]
    limited = f" ({', '.join(dict.fromkeys(columns))})" if columns else ""
    if any(each.whose in ("another's", "any", "another's to own") for each in whole or passed):
        return f"all rows{limited}"
    return f"own rows{limited}" if passed else "no"
