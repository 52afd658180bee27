"""The import of a whole application: the history that the lint reads too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click.testing
import pytest

APPLICATION: Final = Path(__file__).parent.parent / "lint" / "application"


@pytest.mark.full
def test_is_up_to_date(
    run: Callable[..., click.testing.Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the application only a trigger is left out, which Postgres would not accept again, and nothing differs."""
    shutil.copytree(APPLICATION, tmp_path / "migrations")
    _write_for_replay(tmp_path / "migrations")
    (tmp_path / "pyproject.toml").write_text('[tool.schema-dsl]\nplatform = "supabase"\n')
    monkeypatch.chdir(tmp_path)
    done = run("import", "--from", "migrations")
    assert 0 == done.exit_code, done.stderr
    left_out = re.findall("^warning: (.*) is left out", done.stderr, re.MULTILINE)
    assert ["trigger tasks_updated_at of public.tasks"] == left_out
    checked = run("generate", "--check")
    assert "nothing to add: the migrations produce the definitions" in checked.stderr


def _write_for_replay(folder: Path) -> None:
    """Remove the commands of psql, and the server of another database."""
    countries = folder / "017_countries.sql"
    text = re.sub(r"^(?:\\(?:set|echo)|SELECT).*\n", "", countries.read_text(), flags=re.MULTILINE)
    text = re.sub(r"^\\if.*?^\\endif\n", "", text, flags=re.MULTILINE | re.DOTALL)
    countries.write_text(text.replace(':"schema"', "public"))
    reporting = folder / "037_reporting_role.sql"
    foreign = re.compile(r"CREATE EXTENSION IF NOT EXISTS postgres_fdw.*?\n(?=REVOKE)", re.DOTALL)
    text = foreign.sub(_PAGE_VIEWS, reporting.read_text())
    reporting.write_text(re.sub(r"COMMENT ON (?:FOREIGN TABLE|SERVER).*\n", "", text))


_PAGE_VIEWS: Final = (
    "CREATE TABLE analytics.page_views (at timestamptz, org_id uuid, path text, took_ms int);\n"
)
