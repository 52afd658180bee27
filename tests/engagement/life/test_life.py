"""A life of the engagement schema: definitions that change step by step, and the migrations that follow."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click.testing
import pytest

from schema_dsl.cli import main
from schema_dsl.postgres import Server

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
STEPS: Final = sorted(HERE.glob("step_*"))
DATE: Final = "2025-12-01"
_ALLOW: Final = re.compile(r"If that is meant: --allow (\S+)")
# The history before may be generated anew, which changes the fingerprints but not the statements.
_SEAL: Final = re.compile(r"^-- schema-dsl: definitions .*$", re.MULTILINE)
# The percentage of the steps that a run without -m tries.
_PART: Final = 35

Live = Callable[[Path], Callable[..., click.testing.Result]]


def _mark(step: Path) -> list[pytest.MarkDecorator]:
    is_part = zlib.crc32(step.name.encode()) % 100 < _PART
    return [pytest.mark.full, *([pytest.mark.part] if is_part else [])]


def list_goldens(steps: list[Path]) -> list[Path]:
    """List the migrations of steps, in their order."""
    return [file for step in steps for file in sorted(step.glob("*.sql"))]


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Live:
    """Return a function that makes the project of a step the current folder, and returns the command line."""

    def prepare(step: Path) -> Callable[..., click.testing.Result]:
        for folder in ("definitions", "generated"):
            (tmp_path / folder).mkdir()
        shutil.copy(ROOT / "definitions" / "baseline.sql", tmp_path)
        shutil.copy(step / "engagement_system.py", tmp_path / "definitions")
        for file in (
            ROOT / "generated" / "034_engagement_system.sql",
            *list_goldens(STEPS[: STEPS.index(step)]),
        ):
            shutil.copy(file, tmp_path / "generated")
        (tmp_path / "pyproject.toml").write_text(
            '[tool.schema-dsl]\nplatform = "supabase"\nbaseline = "baseline.sql"\nfirst-number = 34\n'
            f"postgres = {json.dumps(server.conninfo())}\n",
            "utf-8",
        )
        monkeypatch.chdir(tmp_path)
        return lambda *arguments: click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)

    return prepare


@pytest.mark.parametrize("step", [pytest.param(step, id=step.name, marks=_mark(step)) for step in STEPS])
def test_next_migration(live: Live, step: Path) -> None:
    """`generate` writes the migration of the step, or refuses it until what weakens the access is allowed by name."""
    run = live(step)
    done = run("generate", "--date", DATE)
    allowed = [word for name in _ALLOW.findall(done.stderr) for word in ("--allow", name)]
    assert (1 if allowed else 0) == done.exit_code, done.output
    goldens = list_goldens([step])
    if not goldens:
        assert allowed
        return
    if allowed:
        done = run("generate", "--date", DATE, *allowed)
        assert 0 == done.exit_code, done.output
    (golden,) = goldens
    written = (Path("generated") / golden.name).read_text("utf-8")
    assert _SEAL.sub("", golden.read_text("utf-8")) == _SEAL.sub("", written)


@pytest.mark.full
@pytest.mark.parametrize("step", [step for step in STEPS if list_goldens([step])], ids=lambda step: step.name)
def test_verified(live: Live, step: Path) -> None:
    """No proof fails for the migration of the step."""
    run = live(step)
    (golden,) = list_goldens([step])
    shutil.copy(golden, "generated")
    done = run("verify")
    assert 0 == done.exit_code, done.output
    assert " 0 failed" in done.output
