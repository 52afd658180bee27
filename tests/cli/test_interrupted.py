"""Ctrl-C and SIGTERM end `verify` soon, with the exit code of the signal, and leave no server behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from schema_dsl.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")

DEFINITIONS = """
from schema_dsl import Access, Column, Table, gen_random_uuid, may, text, uuid
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

tables = []
for number in range({count}):
    globals()[f"table_{{number}}"] = Table(
        f"table_{{number}}",
        columns=[
            Column("id", uuid, primary_key=True, default=gen_random_uuid()),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text),
        ],
        policies=[owner_may("select", own="user_id"), service_role_may("all")],
        access=Access(
            own="user_id", authenticated=may("select", rows="own"), service_role=may("all", rows="all")
        ),
    )
"""
# A shell starts background processes with SIGINT ignored, and child processes inherit that.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from schema_dsl.cli import main
main(["verify"], prog_name="schema-dsl")
"""
# An interrupted run ends in less than 2 seconds. A loaded machine takes longer, but much less than the whole run.
SECONDS = 8.0


@pytest.mark.parametrize(
    ("count", "number", "code"),
    [
        (3, signal.SIGTERM, 143),
        (50, signal.SIGINT, 130),
    ],
)
def test_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, number: signal.Signals, code: int
) -> None:
    """The command ends while its proofs run, with the exit code of the signal and without a traceback."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text('[tool.schema-dsl]\nplatform = "supabase"\n')
    Path("definitions").mkdir()
    Path("definitions/tables.py").write_text(DEFINITIONS.format(count=count))
    written = CliRunner().invoke(main, ["generate", "--name", "tables"])
    assert 0 == written.exit_code, written.output
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "never weaker ..." not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(0.3)
        started = time.monotonic()
        process.send_signal(number)
        _, rest = process.communicate(timeout=60)
        seconds = time.monotonic() - started
    assert (code, False) == (process.returncode, "Traceback" in rest)
    assert seconds < SECONDS
