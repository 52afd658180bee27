"""No proof fails for a schema or a change with which nothing is wrong: no false alarm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from sound_changes import list_changes
from sound_parts import BASELINE, HistorySchema
from sound_schemas import list_schemas
from subjects import subject_of

from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.render import Header, render
from schema_dsl.verify import Scratch, Status, Subject, list_proofs
from schema_dsl.verify.comparison.replay import compare_state_before
from schema_dsl.verify.run import ProofResult, run_proofs

SCHEMAS: Final = list_schemas()
CHANGES: Final = {
    f"{name}{suffix}": sides[::step]
    for name, sides in list_changes().items()
    for suffix, step in (("", 1), (", backwards", -1))
}

# Proofs that try everything for these schemas, unless a schema says that no value is known.
_COMPLETE: Final = frozenset({"applies", "matches", "idempotent", "constraints", "triggers", "rollback"})
# One of so many schemas and changes is tried by a run without -m.
_SHARE: Final = 106


def _list_cases(names: Iterable[str]) -> list[Any]:
    """Return the names as parameters, a part of them for a run without -m."""
    return [pytest.param(name, marks=_mark(name)) for name in names]


def _mark(name: str) -> list[pytest.MarkDecorator]:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    return [pytest.mark.full, *([pytest.mark.part] if number % _SHARE == 0 else [])]


def list_failures(results: Iterable[ProofResult]) -> dict[str, list[str]]:
    """Return the failures by proof."""
    return {
        result.proof.name: list(result.outcome.failures)
        for result in results
        if result.outcome.status is Status.FAILED
    }


@pytest.mark.parametrize("name", _list_cases(SCHEMAS))
def test_schema(server: Server, name: str) -> None:
    """No proof fails for a sound schema, and the proofs try everything for which values are known."""
    schema: HistorySchema = SCHEMAS[name]
    subject = subject_of(*schema.tables, platform=platform("vanilla"), baseline=BASELINE)
    with Scratch(server, subject) as scratch:
        results = run_proofs(scratch, tuple(list_proofs()))
    assert {} == list_failures(results), subject.script
    if not schema.untried:
        untried = {
            result.proof.name: list(result.outcome.untried)
            for result in results
            if result.outcome.status is Status.UNPROVEN and result.proof.name in _COMPLETE
        }
        assert {} == untried, subject.script


@pytest.mark.parametrize("name", _list_cases(CHANGES))
def test_change(server: Server, tmp_path: Path, name: str) -> None:
    """No proof fails for a sound change of existing tables, forwards and backwards."""
    before, after = map(build_catalog, CHANGES[name])
    header = Header(
        file="033_before.sql", title="Before", purpose="", date="2026-01-01", definitions=before.fingerprint()
    )
    earlier = tmp_path / header.file
    earlier.write_text(render(plan(Catalog(), before), before, header), "utf-8")
    subject = Subject(
        platform=platform("vanilla"),
        baseline=BASELINE,
        earlier=(Migration(earlier, 33, "before"),),
        file="034_made.sql",
        script="",
        wanted=after,
    )
    with Scratch(server, subject) as scratch:
        script = render(compare_state_before(scratch).plan(drop=True), after, header)
        with scratch.variant(script=script) as following:
            results = run_proofs(following, tuple(list_proofs()))
    assert {} == list_failures(results), script


def test_a_run_without_m_has_a_part() -> None:
    """A run without -m tries some schemas and some changes."""
    for names in (SCHEMAS, CHANGES):
        part = [name for name in names if pytest.mark.part in _mark(name)]
        assert 0 < len(part) < len(names) // 10
