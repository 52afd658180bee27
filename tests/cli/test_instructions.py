"""`schema-dsl generate` checks the columns that `using=` and `backfill=` name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

Declare = Callable[..., None]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Declare:
    """Return a function that declares a table in a vanilla project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def write(*columns: str, more: str = "") -> None:
        lines = ",\n".join(['Column("id", bigint, primary_key=True)', *columns])
        text = f'from schema_dsl import *\nsales = Table("sales", columns=[\n{lines},\n]{more})\n'
        (tmp_path / "definitions" / "sales.py").write_text(text)

    return write


BEFORE = ('Column("price", numeric(10, 2))', 'Column("note", text)')


@pytest.mark.parametrize(
    ("columns", "more", "errors"),
    [
        (
            ('Column("price", bigint, using="cost * 100")', BEFORE[1]),
            "",
            [
                "sales.py:4: using= of column price of public.sales names column cost, which the table does not have",
                "It has: id, note, price.",
            ],
        ),
        (
            ('Column("cents", bigint, renamed_from="price", using="price * 100")', BEFORE[1]),
            "",
            ["using= of column cents", "names column price", "The migration renames it before: write cents."],
        ),
        (
            (
                'Column("price", bigint, using="price *")',
                'Column("note", text, not_null=True, backfill=sql("nott"))',
            ),
            "",
            [
                "sales.py:4: using= of column price of public.sales: syntax error at end of input",
                "sales.py:5: backfill= of column note of public.sales names column nott",
                "Did you mean note?",
            ],
        ),
        (
            BEFORE,
            ', constraints=[Check("price > 0", backfill={"price": sql("prize + 1")})]',
            ["sales.py:6: backfill= of check sales_price_check", "names column prize", "Did you mean price?"],
        ),
    ],
)
def test_unknown(run: Run, declare: Declare, columns: tuple[str, ...], more: str, errors: list[str]) -> None:
    """The migration, which could not run, is refused at the line of the definitions, with the remedy."""
    declare(*BEFORE)
    assert 0 == run("generate").exit_code
    declare(*columns, more=more)
    done = run("generate")
    assert 2 == done.exit_code, done.output
    for error in errors:
        assert error in done.output
    assert 1 == len(list(Path("generated").iterdir()))


def test_dropped(run: Run, declare: Declare) -> None:
    """A column that the migration drops is not there any more."""
    declare(*BEFORE)
    assert 0 == run("generate").exit_code
    declare('Column("price", bigint, using="price + length(note)")')
    assert 0 == run("generate", "--stdout").exit_code
    done = run("generate", "--drop")
    assert 2 == done.exit_code, done.output
    assert "names column note" in done.output
    assert "drop it in the next migration" in done.output


def test_known(run: Run, declare: Declare) -> None:
    """Other columns, the row, and columns of sub-selects may be named."""
    declare(*BEFORE, 'Column("rate", integer)')
    assert 0 == run("generate").exit_code
    declare(
        'Column("price", bigint, using="price * rate")',
        'Column("remark", text, renamed_from="note", not_null=True,'
        ' backfill=sql("price || sales::text || (SELECT max(z) FROM (VALUES (1)) AS q(z))"))',
    )
    done = run("generate")
    assert 0 == done.exit_code, done.output
    done = run("verify", "--only", "applies")
    assert 0 == done.exit_code, done.output
