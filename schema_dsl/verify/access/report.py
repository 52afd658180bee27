"""Report the trials of access: a sentence per failure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from schema_dsl.verify.access.matrix import build_matrix
from schema_dsl.verify.access.row_phrases import describe_rows
from schema_dsl.verify.access.trial import OWNER_LABEL, Trial

__all__ = ["build_matrix", "count_trials", "describe_failures", "describe_operation", "qualify_by_settings"]

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
    ("own", "is another user's"): "transfer {row} in {table} to another user",
    ("another's", "is the owner's"): "take over {row} in {table}",
}
_PLAIN: Final = frozenset({"own rows", "all rows"})
_MAX_CALLERS: Final = 3


def describe_failures(trials: Iterable[Trial]) -> list[str]:
    """Return a sentence per difference between the declared and the observed access.

    A sentence combines the callers of a role, the kinds of rows, and the settings of default privileges.
    """
    all_trials = list(trials)
    settings = list(dict.fromkeys(trial.setting for trial in all_trials))
    sentences: dict[str, list[str]] = {}
    for setting in settings:
        for sentence in _list_sentences([trial for trial in all_trials if trial.setting == setting]):
            sentences.setdefault(sentence, []).append(setting)
    return qualify_by_settings(sentences, settings)


def count_trials(trials: Iterable[Trial]) -> list[dict[str, object]]:
    """Return the trials for the JSON report: one item for all kinds of rows with the same outcome."""
    counts: dict[tuple[object, ...], int] = {}
    for trial in trials:
        key = tuple(getattr(trial, name) for name in _COUNTED.values())
        counts[*key, trial.seen.outcome, trial.seen.sqlstate, trial.holds] = (
            counts.get((*key, trial.seen.outcome, trial.seen.sqlstate, trial.holds), 0) + 1
        )
    names = (*_COUNTED, "seen", "sqlstate", "holds")
    return [{**dict(zip(names, key, strict=True)), "rows": count} for key, count in counts.items()]


# The keys of the report, and the attributes of a trial.
_COUNTED: Final = {
    "table": "table",
    "role": "role",
    "caller": "caller",
    "operation": "operation",
    "whose": "row_owner",
    "column": "column",
    "change": "change",
    "layer": "layer",
    "expected": "expected",
    "setting": "setting",
}


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
    callers: dict[tuple[object, ...], set[str]] = {}
    for trial in trials:
        groups.setdefault(_group_key(trial), []).append(trial)
        callers.setdefault(_group_key(trial)[:4], set()).add(trial.caller)
    sentences: dict[str, None] = {}
    reported: set[tuple[object, ...]] = set()
    updates: set[tuple[object, ...]] = set()
    for key, group in groups.items():
        failed = [trial for trial in group if not trial.holds]
        key_without_layer = (*key[:3], *key[4:])
        # If a trial with the real privileges fails, the trial of the policies alone adds no information.
        if not failed or (failed[0].layer == "policies alone" and key_without_layer in reported):
            continue
        reported.add(key_without_layer)
        others = groups.get((*key[:-1], not key[-1]), [])
        # Only persons have rows of their own.
        all_callers = {trial.caller for trial in group} if failed[0].row_owner == "own" else callers[key[:4]]
        for rows, sentence in _format_group(failed, group, others, all_callers):
            # A role that can update a row can also change its kind.
            update = (
                failed[0].table,
                failed[0].role,
                failed[0].row_owner,
                failed[0].expected == "allowed",
                rows,
            )
            if failed[0].operation == "update" and failed[0].change is None:
                updates.add(update)
            elif failed[0].change is not None and update in updates:
                continue
            sentences[sentence] = None
    return list(sentences)


def _group_key(trial: Trial) -> tuple[object, ...]:
    return (
        trial.table,
        trial.role,
        trial.operation,
        trial.layer,
        trial.row_owner,
        trial.column,
        trial.change,
        trial.expected == "allowed",
    )


def _format_group(
    failed: Sequence[Trial], group: Sequence[Trial], others: Sequence[Trial], all_callers: Collection[str]
) -> list[tuple[str, str]]:
    """Return rows and sentences of trials with the same expectation: one for each set of callers and rows.

    Args:
        failed: The trials that fail.
        group: The trials with the same expectation.
        others: The trials of the same operation with the opposite expectation.
        all_callers: All callers of the role.
    """
    by_caller: dict[tuple[str, tuple[str, ...]], list[Trial]] = {}
    for trial in failed:
        by_caller.setdefault((trial.caller, trial.granted_by), []).append(trial)
    callers_by_rows: dict[tuple[str, str], list[Trial]] = {}
    for (caller, granted_by), of_caller in by_caller.items():
        # Rows that the access allows by another rule do not show the reason of these failures.
        compared = [trial for trial in group if trial.granted_by == granted_by]
        compared += [] if granted_by else others
        held = [trial.kind for trial in compared if trial.caller == caller and trial.holds]
        rows = describe_rows([trial.kind for trial in of_caller], held)
        callers_by_rows.setdefault((rows, _format_way(of_caller[0])), []).extend(of_caller)
    return [
        (rows, _format_sentence(alike, all_callers, rows)) for (rows, _), alike in callers_by_rows.items()
    ]


def _format_way(trial: Trial) -> str:
    """Return a key that separates failures with sentences of their own."""
    return "" if trial.expected != "allowed" else f"{trial.granted_by} {_format_reason(trial)}"


def _format_sentence(failed: Sequence[Trial], all_callers: Collection[str], rows: str) -> str:
    trial = failed[0]
    operation, role = describe_operation(trial, rows), trial.role
    callers = _format_callers(failed, all_callers)
    if trial.expected == "allowed":
        prefix = "without BYPASSRLS, " if trial.layer == "without bypass" else ""
        rule = "" if _PLAIN.intersection(trial.granted_by) else f" ({', '.join(trial.granted_by)})"
        return (
            f"{prefix}{role} cannot {operation}{callers}, but the declared access allows it{rule}: "
            f"{_format_reason(trial)}"
        )
    # If the owner of a row reaches the rows of others, other users do as well.
    if any(trial.caller == OWNER_LABEL for trial in failed):
        callers = ""
    if trial.layer == "policies alone":
        return (
            f"{role} could {operation}{callers} if {role} held {trial.operation.upper()}: "
            "the policies allow it, but the declared access does not"
        )
    allowed = [trial for trial in failed if trial.seen.outcome == "allowed"]
    if allowed:
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


def describe_operation(trial: Trial, rows: str = "") -> str:
    """Return the operation of a trial as a phrase, for instance "read another user's row in notes".

    Args:
        trial: The trial.
        rows: A phrase for the rows, for instance "whose state is 'published'".
    """
    row = _ROWS.get(trial.row_owner, "")
    if trial.operation == "insert" and trial.row_owner == "another's":
        row = "a row of another user"
    table = f"{trial.table} {rows}" if rows else trial.table
    if trial.column:
        row = f"column {trial.column} of {row}"
    if trial.change is None:
        return _OPERATIONS[trial.operation].format(row=row, table=table)
    column, label = trial.change
    pattern = _OWNER_CHANGES.get((trial.row_owner, label))
    if pattern is not None:
        return pattern.format(row=row, table=table)
    return f"update {row} in {table} so that {column} {label}"


def _format_callers(trials: Sequence[Trial], all_callers: Collection[str]) -> str:
    labels = list(dict.fromkeys(trial.caller for trial in trials if trial.caller))
    if not labels or set(labels) == set(all_callers):
        return ""
    if len(labels) > _MAX_CALLERS:
        more = len(labels) - _MAX_CALLERS
        labels = [*labels[:_MAX_CALLERS], "as another caller" if more == 1 else f"as {more} other callers"]
    return f" {' or '.join(labels)}"


def _format_reason(trial: Trial) -> str:
    seen = trial.seen
    if seen.outcome == "filtered":
        return seen.message or "no policy allows the operation"
    if seen.by == "privilege":
        table = trial.table.rpartition(".")[2]
        is_other = seen.message is not None and not seen.message.endswith(f" {table}")
        return f"a privilege is missing ({seen.message})" if is_other else "a privilege is missing"
    if seen.by is not None:
        return "no policy allows the operation"
    return seen.message or "the statement fails"
