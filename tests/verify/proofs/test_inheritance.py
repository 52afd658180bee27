"""Migrations of tables from which other tables inherit."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from subjects import damaged, subject_of

from schema_dsl import Check, Column, Index, PrimaryKey, Table, bigint, integer, text, varchar
from schema_dsl.errors import PlanError
from schema_dsl.migrations import Migration
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.render import Header, render
from schema_dsl.verify import Scratch, Subject, list_proofs
from schema_dsl.verify.run import run_proofs


def declare(*, changed: bool) -> list[Table]:
    """Declare a parent, a child and a table that inherits from that and from a second parent."""
    name = Column("name", text, not_null=True, default="n") if changed else Column("name", varchar(9))
    base = Table(
        "base",
        columns=[
            Column("id", integer, not_null=True),
            attrs.evolve(name, backfill="n") if changed else name,
            *([Column("added", integer, not_null=True, default=1)] if changed else [Column("old", text)]),
        ],
        constraints=[Check("id > 0", name="ok"), *([Check("added > 0", name="added")] if changed else [])],
    )
    second = Table("second", columns=[Column("tag", bigint if changed else integer)])
    child = Table("child", columns=[Column("n", integer)], constraints=[PrimaryKey("id")], inherits=base)
    last = Table("last", columns=[Column("m", integer)], indexes=[Index("name")], inherits=[child, second])
    gone = Table("gone", inherits=base)
    return [last, child, base, second, *([] if changed else [gone])]


@pytest.fixture(scope="module")
def changed_parent() -> Subject:
    """The migration that changes both parents and drops a child."""
    first, second = (
        subject_of(*declare(changed=each), platform=platform("vanilla")) for each in (False, True)
    )
    header = Header(
        file="002_next.sql", title="", purpose="", date="2026-01-01", definitions=second.wanted.fingerprint()
    )
    return attrs.evolve(
        second,
        earlier=(Migration.from_text(Path("001_first.sql"), first.script),),
        file=header.file,
        script=render(plan(first.wanted, second.wanted), second.wanted, header),
    )


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"matches", "locks"}),
        pytest.param(
            {"applies", "constraints", "idempotent", "resumable", "rollback"}, marks=pytest.mark.full
        ),
    ],
    ids=["matches and locks", "others"],
)
def test_changed_parents(server: Server, changed_parent: Subject, names: set[str]) -> None:
    """The proofs hold of a change of columns and checks that reaches the children, and of a child that is dropped."""
    proofs = tuple(proof for proof in list_proofs() if proof.name in names)
    with Scratch(server, changed_parent) as scratch:
        results = run_proofs(scratch, proofs)
    assert {} == {result.proof.name: result.outcome.failures for result in results if result.outcome.failures}
    untried = [each for result in results for each in result.outcome.untried]
    assert all("does not restore the NULLs" in each for each in untried), untried


def test_lost_parent(server: Server) -> None:
    """The proof `matches` notices a table with the declared columns that does not inherit, and a column of its own."""
    first = subject_of(*declare(changed=False), platform=platform("vanilla"))
    faulty = damaged(
        first, ") INHERITS (public.child, public.second)", ", LIKE public.second) INHERITS (public.child)"
    )
    matches = tuple(proof for proof in list_proofs() if proof.name == "matches")
    with Scratch(server, faulty) as scratch:
        (result,) = run_proofs(scratch, matches)
    assert "table public.last: inherits is table public.child, but" in " ".join(result.outcome.failures)
    assert "column tag of public.last" in " ".join(result.outcome.failures)


def test_other_parents() -> None:
    """Other parents of a table that exists are refused, with the statement that a hand-written migration needs."""
    before, after = (
        subject_of(*tables, platform=platform("vanilla")).wanted
        for tables in (
            declare(changed=False),
            [
                Table("one"),
                Table("last", columns=[Column("m", integer)], inherits=Table("one", existing=[])),
            ],
        )
    )
    with pytest.raises(PlanError, match=r"public\.last cannot get other parents") as refused:
        plan(before, after)
    assert "NO INHERIT public.child, NO INHERIT public.second, INHERIT public.one" in str(
        refused.value.instead
    )
