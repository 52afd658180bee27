"""Prove migrations that change existing objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_plans import HEADER
from shares import share
from specimen_parts import catalog
from specimens import CHANGES, SUPERUSER_CHANGES

from schema_dsl import (
    Column,
    Function,
    Index,
    MaterializedView,
    Table,
    Type,
    integer,
    one_of,
    sql,
    text,
    varchar,
)
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.render import ALLOW_DATA_LOSS, render
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.comparison.replay import compare_state_before
from schema_dsl.verify.proofs import applies, idempotent, matches

PROOFS = (applies.PROOF, matches.PROOF, idempotent.PROOF)
BASELINE = """
    CREATE SCHEMA "s""x";
    CREATE TYPE public.feeling AS ENUM ('ok', 'bad');
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION public."o""ther"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""


def hard() -> Iterator[tuple[str, bool]]:
    """Yield the changes that recreate objects, each in one direction. Faster tests cover the other changes."""
    yield "a cycle", False
    for name, (one, other) in CHANGES.items():
        if name in SUPERUSER_CHANGES:
            continue
        for back, sides in ((False, (one, other)), (True, (other, one))):
            steps = plan(*(catalog(*tables) for tables in sides)).steps
            if any(step.parts or step.values.get("replaces") for step in steps):
                yield name, back
                break


@pytest.mark.parametrize(("change", "back"), share(hard(), one_in=6))
@pytest.mark.usefixtures("roles")
def test_hard_changes(server: Server, tmp_path: Path, change: str, back: bool) -> None:  # noqa: FBT001
    """The migration applies, produces the definitions, and a second run changes nothing."""
    before, after = (catalog(*tables) for tables in CHANGES[change][:: -1 if back else 1])
    assert run_proofs(server, tmp_path, before, after) == {}


def run_proofs(server: Server, tmp_path: Path, before: Catalog, after: Catalog) -> dict[str, list[str]]:
    """Return the failures of the proofs of the migration from one state to another, by the name of the proof."""
    first = tmp_path / "001_first.sql"
    first.write_text(render(plan(Catalog(), before), before, HEADER), "utf-8")
    subject = Subject(
        platform=platform("vanilla"),
        baseline=BASELINE,
        earlier=(Migration(first, 1, "first"),),
        file="002_second.sql",
        script="",
        wanted=after,
    )
    with Scratch(server, subject) as scratch:
        following = render(compare_state_before(scratch).plan(drop=True), after, HEADER)
        # The proofs insert fixture rows, so the migration may drop objects only with permission to lose data.
        with scratch.variant(
            script=f"SET {ALLOW_DATA_LOSS} = 'on';\n{following}\nRESET {ALLOW_DATA_LOSS};\n"
        ) as following_scratch:
            found = {proof.name: proof.run(following_scratch) for proof in PROOFS}
    return {name: list(each.failures) for name, each in found.items() if each.status is Status.FAILED}


@pytest.mark.parametrize(
    ("state", "query"),
    [
        (text, "SELECT body FROM notes WHERE state = 'open'"),
        (varchar(10), "SELECT body FROM notes"),
    ],
    ids=["another query", "a type below it"],
)
def test_rows_of_a_materialized_view_are_computed(
    server: Server, tmp_path: Path, state: Type, query: str
) -> None:
    """A materialized view that is created again has other rows, and no definition declares rows."""

    def declare(state: Type, query: str) -> Catalog:
        notes = Table(
            "notes",
            columns=[
                Column("id", integer, primary_key=True),
                Column("body", text),
                Column("state", state, not_null=True, default="open", check=one_of("open", "done")),
            ],
        )
        return catalog(notes, MaterializedView("bodies", query))

    before = declare(text, "SELECT body, state FROM notes")
    assert run_proofs(server, tmp_path, before, declare(state, query)) == {}


def test_an_index_calls_the_function_that_stays(server: Server, tmp_path: Path) -> None:
    """The declared expression has the meaning that it has without the function that the migration drops."""

    def declare(*arguments: str) -> Catalog:
        functions = [
            Function(
                "key",
                arguments=f"given {kind}",
                returns="text",
                language="sql",
                volatility="immutable",
                execute="public",
                body="SELECT lower(given)",
            )
            for kind in arguments
        ]
        names = Table("names", columns=[Column("name", text)], indexes=Index(sql("key(name)"), name="keys"))
        return catalog(names, *functions)

    assert run_proofs(server, tmp_path, declare("text", "varchar"), declare("varchar")) == {}
