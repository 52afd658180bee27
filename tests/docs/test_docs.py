"""Examples in the README and on the pages of the site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click.testing
import pytest

from schema_dsl.cli import main
from schema_dsl.settings import load_settings
from schema_dsl.verify import list_proofs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")

# The file before the one in the example of lint.
POSTS = """
CREATE TABLE public.posts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    title text NOT NULL
);
CREATE INDEX posts_user_id_idx ON public.posts (user_id);
ALTER TABLE public.posts ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.posts FROM anon, authenticated;
GRANT SELECT, UPDATE ON public.posts TO authenticated;
CREATE POLICY own ON public.posts FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
"""


def read_page(name: str) -> str:
    """Return the text of a page of the site."""
    return (ROOT / "docs" / name).read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


class TestReadme:
    """The README quotes the repository."""

    @pytest.mark.parametrize(
        ("language", "file"),
        [("python", "definitions/engagement_system.py"), ("sql", "generated/034_engagement_system.sql")],
    )
    def test_excerpts(self, language: str, file: str) -> None:
        """Each excerpt occurs in its file."""
        text = (ROOT / file).read_text("utf-8")
        shown = blocks(README, language)
        assert shown
        assert [] == [block for block in shown if block not in text]

    def test_proofs(self) -> None:
        """The table of proofs lists today's proofs."""
        names = [proof.name for proof in list_proofs()]
        assert names == re.findall(r"^\| ([\w ]+) \| ", README, re.MULTILINE)[1:]

    def test_links(self) -> None:
        """Each link to a file leads to an existing file."""
        targets = re.findall(r"\]\(([^)#:]+)\)", README)
        assert targets
        assert [] == [target for target in targets if not (ROOT / target).exists()]


class TestVerifyPage:
    """The page on verify shows today's report."""

    def test_the_report(self) -> None:
        """The report lists today's proofs, all of them proven, and no surviving mutant."""
        (report,) = (block for block in blocks(read_page("verify.md"), "text") if "mutants:" in block)
        names = [proof.name for proof in list_proofs()]
        assert names == re.findall(r"^(\w[\w ]*?) +proven ", report, re.MULTILINE)
        assert " 0 survived" in report

    def test_the_headings(self) -> None:
        """The page has a section for each proof, which lists the trials of the proof and their limits."""
        page = read_page("verify.md")
        for proof in list_proofs():
            section = page.partition(f"### {proof.name}\n")[2].partition("\n### ")[0]
            assert "Tries: " in section
            assert "Does not try: " in section


class TestSqlFilesPage:
    """The page on SQL files shows the output of lint."""

    def test_the_findings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The findings are those for the file on the page, after a file that creates the table."""
        page = read_page("coming-from/sql-files.md")
        (session,) = (block for block in blocks(page, "console") if "$ cat" in block)
        found = re.fullmatch(r"\$ cat (\S+)\n(.*)\$ schema-dsl lint\n(.*)", session, re.DOTALL)
        assert found
        file, script, report = found.groups()
        monkeypatch.chdir(tmp_path)
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / "supabase" / "config.toml").touch()
        (tmp_path / file).write_text(script)
        (tmp_path / file).with_name("20260105090000_posts.sql").write_text(POSTS)
        assert report == click.testing.CliRunner().invoke(main, ["lint"]).stdout


class TestSettingsPage:
    """The page on settings shows settings that load."""

    def test_the_example(self, tmp_path: Path) -> None:
        """The example is read without an error."""
        (example,) = blocks(read_page("settings.md"), "toml")
        (tmp_path / "pyproject.toml").write_text(example)
        assert "supabase" == load_settings(tmp_path).platform


class TestTestingPage:
    """The page on testing shows a test that passes."""

    def test_the_example(self, tmp_path: Path) -> None:
        """The test file of the page passes in a new project."""
        command = str(Path(sys.executable).with_name("schema-dsl"))
        page = (ROOT / "docs" / "testing.md").read_text("utf-8")
        for arguments in ([command, "init", "--platform", "supabase"], [command, "generate"]):
            subprocess.run(arguments, cwd=tmp_path, check=True, capture_output=True)
        (example,) = blocks(page, "python")
        (tmp_path / "tests" / "test_page.py").write_text(example)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "tests/test_page.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stdout
        assert "1 passed" in done.stdout
