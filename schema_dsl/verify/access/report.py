"""Report the trials of access: a sentence per failure, and a table of the access per role."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from schema_dsl.model.access import OPERATIONS
from schema_dsl.verify.access.trial import Trial

_ROWS: Final = {
    "own": "its own row",
    "another's": "another user's row",
    "any": "rows",
}
_OPERATIONS: Final = {
    "select": "read {row} in {table}",
    "insert": "insert {row} into {table}",
    "update": "update {row} in {table}",
    "delete": "delete {row} from {table}",
    "truncate": "truncate {table}",
    "references": "create foreign keys to {table} (REFERENCES)",
    "trigger": "create triggers on {table} (TRIGGER)",
    "maintain": "run maintenance commands on {table} (MAINTAIN)",
}
_OWNER_CHANGES: Final = {
    "own to another's": "transfer its own row in {table} to another user",
    "another's to own": "take over another user's row in {table}",
}


def describe_failures(trials: Iterable[Trial]) -> list[str]:
    """Return a sentence per difference between the declared and the observed access.

    A sentence combines the callers of a role and the settings of default privileges.
    """
    all_trials = list(trials)
    settings = list(dict.fromkeys(trial.setting for trial in all_trials))
    sentences: dict[str, list[str]] = {}
    for setting in settings:
        for sentence in _list_sentences([trial for trial in all_trials if trial.setting == setting]):
            sentences.setdefault(sentence, []).append(setting)
    return qualify_by_settings(sentences, settings)


def qualify_by_settings(sentences: Mapping[str, Collection[str]], settings: Collection[str]) -> list[str]:
    """Append the settings of default privileges to sentences that do not hold under all settings."""
    return [
        sentence
        if set(under) == set(settings)
        else f"{sentence} (under the {' and '.join(dict.fromkeys(under))} default privileges)"
        for sentence, under in sentences.items()
    ]


def _list_sentences(trials: Sequence[Trial]) -> list[str]:
    groups: dict[tuple[object, ...], list[Trial]] = {}
    for trial in trials:
        groups.setdefault(_group_key(trial), []).append(trial)
    sentences = []
    reported = set()
    for key, group in groups.items():
        failed = [trial for trial in group if not trial.holds]
        key_without_layer = (*key[:3], *key[4:])
        # If a trial with the real privileges fails, the trial of the policies alone adds no information.
        if failed and not (failed[0].layer == "policies alone" and key_without_layer in reported):
            sentences.append(_format_sentence(failed, group))
            reported.add(key_without_layer)
    return list(dict.fromkeys(sentences))


def _group_key(trial: Trial) -> tuple[object, ...]:
    return (
        trial.table,
        trial.role,
        trial.operation,
        trial.layer,
        trial.whose,
        trial.column,
        trial.expected == "allowed",
    )


def _format_sentence(failed: Sequence[Trial], group: Sequence[Trial]) -> str:
    trial = failed[0]
    operation, role = describe_operation(trial), trial.role
    if trial.expected == "allowed":
        callers = f" {_format_callers(failed)}" if len(failed) < len(group) else ""
        prefix = "without BYPASSRLS, " if trial.layer == "without bypass" else ""
        return (
            f"{prefix}{role} cannot {operation}{callers}, but the declared access allows it: "
            f"{_format_reason(trial)}"
        )
    if trial.layer == "policies alone":
        return (
            f"{role} could {operation} if {role} held {trial.operation.upper()}: "
            "the policies allow it, but the declared access does not"
        )
    allowed = [trial for trial in failed if trial.seen.outcome == "allowed"]
    if allowed:
        owner = any(trial.caller == "as the row's owner" for trial in allowed)
        callers = "" if owner or len(allowed) == len(group) else f" {_format_callers(allowed)}"
        return f"{role} can {operation}{callers}, but the declared access does not allow it"
    if trial.expected == "no privilege" and trial.seen.outcome != "error":
        privilege = trial.operation.upper()
        return (
            f"{role} holds {privilege} on {trial.table}, but the declared access does not grant it: "
            "only policies protect the rows"
        )
    return (
        f"{role} gets no permission error when {role} tries to {operation}, "
        f"but the declared access does not allow it: {_format_reason(trial)}"
    )


def describe_operation(trial: Trial) -> str:
    """Return the operation of a trial as a phrase, for instance "read another user's row in notes"."""
    row = _ROWS.get(trial.whose, "")
    if trial.operation == "insert" and trial.whose == "another's":
        row = "a row of another user"
    if trial.column:
        row = f"column {trial.column} of {row}"
    pattern = _OWNER_CHANGES.get(trial.whose) or _OPERATIONS[trial.operation]
    return pattern.format(row=row, table=trial.table)


def _format_callers(trials: Sequence[Trial]) -> str:
    return " or ".join(dict.fromkeys(trial.caller for trial in trials))


def _format_reason(trial: Trial) -> str:
    seen = trial.seen
    if seen.outcome == "filtered":
        return "no policy allows the operation"
    if seen.by is not None:
        return f"a {seen.by} is missing" if seen.by == "privilege" else "no policy allows the operation"
    return seen.message or "the statement fails"


def build_matrix(trials: Iterable[Trial]) -> list[list[str]]:
    """Return a table of text: per table and role, the rows that each operation reached."""
    groups: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        if trial.layer == "as it is":
            groups.setdefault((trial.table, trial.role), []).append(trial)
    operations = (*OPERATIONS, "truncate")
    rows = [["table", "role", *operations]]
    for (table, role), group in groups.items():
        by_setting = {
            setting: [
                _format_cell([trial for trial in group if trial.setting == setting], what)
                for what in operations
            ]
            for setting in dict.fromkeys(trial.setting for trial in group)
        }
        same = len({tuple(cells) for cells in by_setting.values()}) == 1
        for setting, cells in by_setting.items():
            rows.append([table, role if same else f"{role} ({setting})", *cells])
            if same:
                break
    return rows


def _format_cell(trials: Sequence[Trial], operation: str) -> str:
    allowed = [trial for trial in trials if trial.operation == operation and trial.seen.outcome == "allowed"]
    if operation == "truncate":
        return "all rows" if allowed else "no"
    on_table = [trial for trial in allowed if trial.column is None]
    columns = [trial.column for trial in allowed if trial.column is not None]
    limited = f" ({', '.join(dict.fromkeys(columns))})" if columns else ""
    if any(trial.whose in ("another's", "any", "another's to own") for trial in on_table or allowed):
        return f"all rows{limited}"
    return f"own rows{limited}" if allowed else "no"
