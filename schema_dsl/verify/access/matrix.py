"""The table of the report: which rows each role reached with each operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schema_dsl.model.access import OPERATIONS
from schema_dsl.verify.access.trial import Trial


def build_matrix(trials: Iterable[Trial]) -> list[list[str]]:
    """Return a table of text: per table and role, the rows that each operation reached, by the names of the rules."""
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
    tried = [trial for trial in trials if trial.operation == operation]
    allowed = [trial for trial in tried if trial.seen.outcome == "allowed"]
    if operation == "truncate" or not allowed:
        return "all rows" if allowed else "no"
    on_table = [trial for trial in allowed if trial.column is None]
    columns = [trial.column for trial in allowed if trial.column is not None]
    limited = f" ({', '.join(dict.fromkeys(columns))})" if columns else ""
    return f"{_name_rows(on_table or allowed)}{limited}"


def _name_rows(allowed: Sequence[Trial]) -> str:
    """Return the names of the rows that the access allows and the role reached; "all rows" for any others."""
    names = dict.fromkeys(trial.granted_by[0] if trial.granted_by else "" for trial in allowed)
    return "all rows" if "" in names else ", ".join(sorted(names, key=_rank))


def _rank(name: str) -> tuple[bool, bool]:
    """Return the order of names: own rows first, all rows last."""
    return name.startswith("all rows"), not name.startswith("own rows")
