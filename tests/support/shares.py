"""Long lists of cases, of which a run without -m tries a fixed part."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import pytest


def share(cases: Iterable[Any], *, one_in: int) -> list[Any]:
    """Return cases as parameters: all of them run with `-m full`, and one of so many in each run.

    A hash of the case chooses, so that the part stays the same when cases are added. A case is one value or a tuple.
    """
    parameters = []
    for case in cases:
        chosen = zlib.crc32(str(case).encode()) % one_in == 0
        marks = [pytest.mark.full, *([pytest.mark.part] if chosen else [])]
        values = case if isinstance(case, tuple) else (case,)
        parameters.append(pytest.param(*values, marks=marks))
    return parameters
