"""What the documentation shows is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click.testing
import pytest

from schema_dsl.cli import main
from schema_dsl.verify import list_proofs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")

# What the README's example of lint continues.
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


def blocks(text: str, language: str) -> list[str]:
    """Give the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


class TestReadme:
    """The example in the README is the one in the repository."""

    @pytest.mark.parametrize(
        ("language", "file"),
        [("python", "definitions/engagement_system.py"), ("sql", "generated/034_engagement_system.sql")],
    )
    def test_excerpts(self, language: str, file: str) -> None:
        """What is shown of a file stands in it."""
        text = (ROOT / file).read_text("utf-8")
        shown = blocks(README, language)
        assert shown
        assert [] == [block for block in shown if block not in text]

    def test_the_report(self) -> None:
        """The report shown is of today's proofs, all of them proven, and so is the list of what they show."""
        names = [proof.name for proof in list_proofs()]
        (report,) = (block for block in blocks(README, "console") if "verify --mutants" in block)
        assert names == re.findall(r"^(\w[\w ]*?) +proven ", report, re.MULTILINE)
        assert " 0 survived" in report
        assert names == re.findall(r"^\| ([\w ]+) \| ", README, re.MULTILINE)[1:]

    def test_what_lint_tells(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The report shown is that of the file shown, behind one that makes the table."""
        (shown,) = (block for block in blocks(README, "console") if "$ schema-dsl lint" in block)
        file, script, report = re.fullmatch(
            r"\$ cat (\S+)\n(.*)\$ schema-dsl lint\n(.*)", shown, re.DOTALL
        ).groups()  # type: ignore[union-attr]
        monkeypatch.chdir(tmp_path)
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / "supabase" / "config.toml").touch()
        (tmp_path / file).write_text(script)
        (tmp_path / file).with_name("20260105090000_posts.sql").write_text(POSTS)
        assert report == click.testing.CliRunner().invoke(main, ["lint"]).stdout

    def test_settings(self) -> None:
        """The settings shown are this project's own."""
        (shown,) = (tomllib.loads(block) for block in blocks(README, "toml"))
        assert (
            shown["tool"]["schema-dsl"]
            == tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["schema-dsl"]
        )

    def test_links(self) -> None:
        """Every link to a file leads to one."""
        targets = re.findall(r"\]\(([^)#:]+)\)", README)
        assert targets
        assert [] == [target for target in targets if not (ROOT / target).exists()]


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
