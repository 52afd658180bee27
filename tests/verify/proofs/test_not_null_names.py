"""The proofs know the names of NOT NULL constraints, where the server has them."""

from __future__ import annotations

import pytest
from subjects import damaged, subject_of

from schema_dsl import Column, Table, integer, text
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.matches import PROOF
from schema_dsl.verify.proofs.rollback import PROOF as ROLLBACK

_NAMED = 180000


def build_subject() -> Table:
    """Return a table with a named NOT NULL in its key and in another column."""
    return Table(
        "t",
        columns=[
            Column("id", integer, primary_key=True, not_null_name="id_there"),
            Column("a", text, not_null=True, not_null_name="it's %s"),
            Column("b", text, not_null=True),
        ],
    )


def test_sound(server: Server) -> None:
    """The migration matches and can be rolled back on every server; before Postgres 18 it names nothing."""
    with Scratch(server, subject_of(build_subject(), platform=platform("vanilla"))) as scratch:
        rollback, matches = (proof.run(scratch) for proof in (ROLLBACK, PROOF))
    assert () == tuple(rollback.failures) + tuple(matches.failures)
    assert Status.PROVEN is rollback.status is matches.status
    notes = ["not null names: 2, which have no effect before Postgres 18"]
    assert (notes if server.version < _NAMED else []) == list(matches.notes)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "conname <> 'id_there'",
            "conname = 'id_there'",
            "not null name id of public.t is declared but does not exist",
        ),
        (
            "b text NOT NULL".replace(" ", "  "),
            "b text CONSTRAINT other NOT NULL",
            "has a name that Postgres did not choose",
        ),
    ],
)
def test_faults(server: Server, old: str, new: str, expected: str) -> None:
    """A NOT NULL without its declared name, and one with an undeclared name, are failures."""
    if server.version < _NAMED:
        pytest.skip("since Postgres 18")
    subject = subject_of(build_subject(), platform=platform("vanilla"))
    old = old if old in subject.script else "b  text    NOT NULL"
    with Scratch(server, damaged(subject, old, new)) as scratch:
        assert expected in " ".join(PROOF.run(scratch).failures)
