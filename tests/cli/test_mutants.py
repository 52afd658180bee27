"""`schema-dsl verify --mutants`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from schema_dsl.cli.verify_report import FORMATS
from schema_dsl.postgres import Server
from schema_dsl.verify import Report, ServerReport
from schema_dsl.verify.mutants import EQUIVALENTS, FailedProof, Judgement, Verdict, mutants_of

Run = Callable[..., click.testing.Result]

SCRIPT = "CREATE INDEX i ON public.notes (body) WHERE body > 'a';\nCOMMENT ON INDEX public.i IS 'Bodies.';\n"


@pytest.fixture
def report() -> Report:
    """One mutant that was noticed, one that is equivalent, and one that survived."""
    one, two, three, *_ = mutants_of(SCRIPT)
    verdicts = (
        Verdict(one, (FailedProof("matches", "index i is declared but not there"),)),
        Verdict(two, equivalent=EQUIVALENTS[0]),
        Verdict(three),
    )
    return Report((ServerReport("PostgreSQL 18", (), Judgement(verdicts)),))


class TestReport:
    """Who noticed what, and what nobody did."""

    SUMMARY = "3 mutants: 1 killed (matches 1), 1 named equivalents, 1 survivors"

    @pytest.mark.parametrize("style", ["text", "markdown"])
    def test_for_people(self, report: Report, style: str, capsys: pytest.CaptureFixture[str]) -> None:
        """The counts, why some are equivalent, and each survivor with its line, before and after."""
        FORMATS[style](report)
        shown = capsys.readouterr().out
        assert self.SUMMARY in shown
        assert f"1 equivalent: {EQUIVALENTS[0].name}: {EQUIVALENTS[0].because}" in shown
        survivor = report.servers[0].mutants
        assert survivor is not None
        assert f"survived: {survivor.survivors[0].mutant.identity}" in shown
        assert f"line {survivor.survivors[0].mutant}" in shown

    def test_for_programs(self, report: Report, capsys: pytest.CaptureFixture[str]) -> None:
        """JSON has every mutant, with the proofs that noticed it and what they said."""
        FORMATS["json"](report)
        (server,) = json.loads(capsys.readouterr().out)
        assert [False, False, 3] == [server["ok"], server["mutants"]["ok"], server["mutants"]["count"]]
        noticed = [each["noticed"] for each in server["mutants"]["mutants"]]
        assert [{"matches": "index i is declared but not there"}, {}, {}] == noticed


class TestMutants:
    """--mutants runs on the migration of the project."""

    def test_survivors_fail(self, run: Run, project: Path, server: Server) -> None:
        """With a proof that notices little, mutants survive: they are listed, and the exit code is 1."""
        with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"postgres = {json.dumps(server.conninfo())}\n")
        assert 0 == run("generate").exit_code
        # There is no trigger to prove anything of.
        done = run("verify", "--only", "triggers", "--mutants", "--format", "json")
        (found,) = json.loads(done.stdout)
        assert 1 == done.exit_code
        assert {} == found["mutants"]["killed"]
        assert [each for each in found["mutants"]["survivors"] if each.startswith("condition made constant")]
        assert 0 == run("verify", "--only", "triggers").exit_code
