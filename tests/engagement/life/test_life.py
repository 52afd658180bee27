"""A life of the engagement schema: the definitions change step by step, and each change gives the next migration.

Each step is a folder with `change.diff`: the change of the definitions since the step before, below a sentence and the
options of `generate`. Beside it is the migration that `generate` writes. A step without one is refused and given up.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import click.testing
import pytest
from command_line import Run

from schema_dsl.cli import main
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.verify.scripts.apply import ApplyError, apply_statements, split_statements

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
STEPS: Final = sorted(HERE.glob("step_*"))
DATE: Final = "2025-12-01"
DEFINITIONS: Final = Path("definitions") / "engagement_system.py"
FIRST: Final = ROOT / "generated" / "034_engagement_system.sql"
# The history before may be generated anew, which changes the fingerprints but not the statements.
_SEAL: Final = re.compile(r"^-- schema-dsl: definitions .*$", re.MULTILINE)
# The percentage of the steps that a run without -m tries.
_PART: Final = 20

Live = Callable[[Sequence[Path]], Run]


def find_golden(step: Path) -> Path | None:
    """Return the migration of a step; None if it is refused."""
    return next(iter(step.glob("*.sql")), None)


def list_before(step: Path) -> list[Path]:
    """List the steps before a step, without those that were given up."""
    return [each for each in STEPS[: STEPS.index(step)] if find_golden(each)]


def read_options(step: Path) -> list[str]:
    """Return the options of `generate` for a step."""
    found = re.search(r"^Options: (.*)$", (step / "change.diff").read_text("utf-8"), re.MULTILINE)
    return shlex.split(found[1]) if found else []


def split_allowances(options: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split options into those of --allow and the others."""
    places = {place + shift for place, word in enumerate(options) if word == "--allow" for shift in (0, 1)}
    return (
        [word for place, word in enumerate(options) if place in places],
        [word for place, word in enumerate(options) if place not in places],
    )


def merge(steps: Sequence[Path]) -> None:
    """Write the definitions of the current project: those of the repository with the changes of steps."""
    shutil.copy(ROOT / DEFINITIONS, DEFINITIONS)
    changes = [step / "change.diff" for step in steps]
    changed = [path for path in changes if "\n--- " in path.read_text("utf-8")]
    if changed:
        subprocess.run(["git", "apply", *changed], check=True)  # noqa: S607 - any git


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Live:
    """Return a function that makes a project with the given steps the current folder, and returns the command line."""

    def prepare(steps: Sequence[Path]) -> Run:
        folder = tmp_path / "project"
        folder.mkdir()
        monkeypatch.chdir(folder)
        for path in (DEFINITIONS.parent, Path("generated")):
            path.mkdir()
        merge(steps)
        shutil.copy(ROOT / "definitions" / "baseline.sql", folder)
        shutil.copy(FIRST, "generated")
        Path("pyproject.toml").write_text(
            '[tool.schema-dsl]\nplatform = "supabase"\nbaseline = "baseline.sql"\nfirst-number = 34\n'
            f"postgres = {json.dumps(server.conninfo())}\n",
            "utf-8",
        )
        return lambda *arguments: click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)

    return prepare


def add_goldens(steps: Sequence[Path]) -> None:
    """Copy the migrations of steps into the current project; that of an amended step replaces the one before."""
    for step in steps:
        golden = find_golden(step)
        assert golden is not None
        shutil.copy(golden, "generated")


def mark(step: Path) -> list[pytest.MarkDecorator]:
    """Return the marks by which a run without -m tries a part of the steps."""
    is_part = zlib.crc32(step.name.encode()) % 100 < _PART
    return [pytest.mark.full, *([pytest.mark.part] if is_part else [])]


@pytest.mark.parametrize("step", [pytest.param(step, id=step.name, marks=mark(step)) for step in STEPS])
def test_next_migration(live: Live, step: Path) -> None:
    """`generate` writes the migration of the step; before, it names the hazards that have to be allowed."""
    earlier = list_before(step)
    run = live([*earlier, step])
    add_goldens(earlier)
    allowances, others = split_allowances(read_options(step))
    golden = find_golden(step)
    if allowances or golden is None:
        done = run("generate", "--date", DATE, *others, "--check")
        assert 1 == done.exit_code, done.output
        assert f"--allow {shlex.quote(allowances[-1])}" in done.stderr
    if golden is None:
        assert done.stderr.endswith("the access to existing objects\n")
        return
    done = run("generate", "--date", DATE, *allowances, *others)
    assert 0 == done.exit_code, done.output
    written = (Path("generated") / golden.name).read_text("utf-8")
    assert _SEAL.sub("", golden.read_text("utf-8")) == _SEAL.sub("", written)


@pytest.mark.full
@pytest.mark.parametrize("step", [step for step in STEPS if find_golden(step)], ids=lambda step: step.name)
def test_verified(live: Live, step: Path) -> None:
    """No proof fails for the migration of the step."""
    steps = [*list_before(step), step]
    run = live(steps)
    add_goldens(steps)
    done = run("verify")
    assert 0 == done.exit_code, done.output
    assert " 0 failed" in done.output


def find_step(word: str) -> Path:
    """Return the step whose name ends with some words."""
    (step,) = HERE.glob(f"step_??_{word}")
    return step


def apply_steps(connection: Connection, steps: Sequence[Path]) -> None:
    """Run the migrations of steps as psql does; that of an amended step replaces the one before."""
    for golden in {path.name: path for path in map(find_golden, steps) if path is not None}.values():
        apply_statements(connection, split_statements(golden.read_text("utf-8")), golden.name)


def test_rows_stop_a_drop(database: Database) -> None:
    """Rows stop the drop of their table with their number; allowed by name, it drops the table with them."""
    stopped, allowed = find_step("table_dropped"), find_step("table_dropped_with_rows")
    with closing(database.connect()) as connection:
        apply_steps(connection, list_before(stopped))
        connection.execute(b"INSERT INTO engagement_campaigns (title) VALUES ('spring'), ('summer')")
        with pytest.raises(ApplyError, match=r"because it is not empty \(rows: 2\)"):
            apply_steps(connection, [stopped])
        assert (2,) == connection.execute(b"SELECT count(*) FROM engagement_campaigns").fetchone()
        for _ in range(2):
            apply_steps(connection, [allowed])
        assert (None,) == connection.execute(b"SELECT to_regclass('engagement_campaigns')").fetchone()


def test_rows_stop_a_removed_state(database: Database) -> None:
    """Rows stop the removal of their state before it changes anything; the backfill gives them another state."""
    stopped, filled = find_step("state_removed"), find_step("state_removed_with_backfill")
    with closing(database.connect()) as connection:
        apply_steps(connection, list_before(stopped))
        connection.execute(
            b"INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 3);"
            b"INSERT INTO user_engagement_states (user_id, state)"
            b" SELECT id, CASE WHEN row_number() OVER () = 1 THEN 'active' ELSE 'paused' END FROM auth.users;"
            b"INSERT INTO engagement_state_transitions (user_id, from_state, to_state, trigger)"
            b" SELECT id, 'paused', 'paused', 'user_message' FROM auth.users"
        )
        query = b"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' ORDER BY 1"
        checks = connection.execute(query).fetchall()
        with pytest.raises(ApplyError, match=r"because rows violate it \(rows: 2\)"):
            apply_steps(connection, [stopped])
        assert checks == connection.execute(query).fetchall()
        for _ in range(2):
            apply_steps(connection, [filled])
        states = connection.execute(b"SELECT state FROM user_engagement_states ORDER BY 1").fetchall()
        assert [("active",), ("dormant",), ("dormant",)] == states
        pairs = connection.execute(b"SELECT DISTINCT from_state, to_state FROM engagement_state_transitions")
        assert [("dormant", "dormant")] == pairs.fetchall()


def test_two_branches(live: Live) -> None:
    """Two branches that both added a number 035 are replayed in name order, and only missing changes are written."""
    one, other, later = map(find_step, ("required_column", "column_renamed", "state_added"))
    run = live([other])
    done = run("generate", "--date", DATE)
    assert 0 == done.exit_code, done.output
    add_goldens([one])
    merge([one, other])
    done = run("generate", "--date", DATE)
    assert 0 == done.exit_code, done.output
    assert "up to date: the migrations already produce the definitions" in done.stdout
    assert 1 == done.stderr.count("have the same number")
    merge([one, other, later])
    done = run("generate", "--date", DATE)
    assert 0 == done.exit_code, done.output
    golden = find_golden(later)
    assert golden is not None
    assert f"wrote generated/{golden.name}\n" == done.stdout
    assert 1 == done.stderr.count("have the same number")
    written = (Path("generated") / golden.name).read_text("utf-8")
    assert _SEAL.sub("", golden.read_text("utf-8")) == _SEAL.sub("", written)
