"""The largest numbers of rows, callers and updates in the trials of a table."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen(kw_only=True)
class TrialLimits:
    """The largest numbers of trials of one table. Beyond them, a seed selects a sample.

    Attributes:
        rows: The kinds of rows of the table.
        related: The kinds of rows of each related table.
        callers: The callers of each role.
        updates: The updates that change the kind of a row, for each role.
        values: The values of a column.
        single_rows: The rows that are tried alone, after an error that some row causes.
        seed: The seed.
    """

    rows: int = 240
    related: int = 24
    callers: int = 60
    updates: int = 240
    values: int = 12
    single_rows: int = 120
    seed: int = 7


LIMITS: Final = TrialLimits()
