"""`schema-dsl verify --mutants`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.cli.verify_report import FORMATS
from schema_dsl.postgres import Server
from schema_dsl.verify import Report, ServerReport
from schema_dsl.verify.mutants import EQUIVALENTS, FailedProof, Judgement, Verdict, generate_mutants

SCRIPT = "CREATE INDEX i ON public.notes (body) WHERE body > 'a';\nCOMMENT ON INDEX public.i IS 'Bodies.';\n"
DEFINITIONS = """
from schema_dsl import Column, Index, Table, bigint, text

notes = Table(
    "notes",
    columns=[Column("id", bigint, primary_key=True), Column("body", text)],
    indexes=[Index("body", where="body > 'a'")],
)
"""


@pytest.fixture
def report() -> Report:
    """A report with a killed, an equivalent and a surviving mutant."""
    one, two, three, *_ = generate_mutants(SCRIPT)
    verdicts = (
        Verdict(one, (FailedProof("matches", "index i is declared but does not exist"),)),
        Verdict(two, equivalent=EQUIVALENTS[0]),
        Verdict(three),
    )
    return Report((ServerReport("PostgreSQL 18", (), Judgement(verdicts)),))


class TestReport:
    """Reports of killed, equivalent and surviving mutants."""

    SUMMARY = "3 mutants: 1 killed (matches 1), 1 equivalent, 1 survived"

    @pytest.mark.parametrize("style", ["text", "markdown"])
    def test_for_people(self, report: Report, style: str, capsys: pytest.CaptureFixture[str]) -> None:
        """The report contains the counts, the reasons of equivalent mutants, and the edits of survivors."""
        FORMATS[style](report)
        output = capsys.readouterr().out
        assert self.SUMMARY in output
        assert f"1 equivalent: {EQUIVALENTS[0].name}: {EQUIVALENTS[0].reason}" in output
        survivor = report.servers[0].mutants
        assert survivor is not None
        assert f"survived: {survivor.survivors[0].mutant.identity}" in output
        assert f"line {survivor.survivors[0].mutant}" in output

    def test_for_programs(self, report: Report, capsys: pytest.CaptureFixture[str]) -> None:
        """The JSON report contains every mutant with its failed proofs and their messages."""
        FORMATS["json"](report)
        (server,) = json.loads(capsys.readouterr().out)
        assert [False, False, 3] == [server["ok"], server["mutants"]["ok"], server["mutants"]["count"]]
        failed_proofs = [each["noticed"] for each in server["mutants"]["mutants"]]
        assert [{"matches": "index i is declared but does not exist"}, {}, {}] == failed_proofs


class TestMutants:
    """--mutants mutates the migration of the project."""

    def test_survivors_fail(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
    ) -> None:
        """With a weak proof, mutants survive: the report lists them, and the exit code is 1."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "notes.py").write_text(DEFINITIONS, "utf-8")
        (tmp_path / "pyproject.toml").write_text(
            f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n", "utf-8"
        )
        assert 0 == run("generate").exit_code
        # The project has no triggers, so the proof is unproven and kills no mutant.
        done = run("verify", "--only", "triggers", "--mutants", "--format", "json")
        (found,) = json.loads(done.stdout)
        assert 1 == done.exit_code
        assert {} == found["mutants"]["killed"]
        assert [each for each in found["mutants"]["survivors"] if each.startswith("WHERE negated: ")]
        assert 0 == run("verify", "--only", "triggers").exit_code
