"""The rows that client roles change through SECURITY DEFINER functions."""

from __future__ import annotations

from typing import Final

import attrs
from subjects import subject_of

from schema_dsl import (
    Access,
    Changes,
    Column,
    Function,
    Policy,
    PrimaryKey,
    Role,
    Table,
    bigint,
    may,
    one_of,
    text,
    where,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status
from schema_dsl.verify.proofs.access import PROOF

VANILLA: Final = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.user_id"))
ROLES: Final = (Role("app"),)
ME: Final = "current_setting('app.user_id', true)"
NOT_ALLOWED: Final = "but the declared access does not allow it"

notes = Table(
    "notes",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("owner", text, not_null=True),
        Column("state", text, not_null=True, check=one_of("draft", "published")),
    ],
    policies=[Policy("read", "select", to="app", using=f"owner = {ME}")],
    access=Access(own="owner", app=may("select", rows="own")),
)
likes = Table(
    "likes",
    columns=[Column("note_id", bigint, references=notes, on_delete="cascade"), Column("liked_by", text)],
    constraints=[PrimaryKey(["note_id", "liked_by"])],
    policies=[Policy("read", "select", to="app", using=f"liked_by = {ME}")],
    access=Access(own="liked_by", app=may("select", rows="own")),
)


def routine(name: str, body: str, *changes: Changes) -> Function:
    """Return a SECURITY DEFINER function with the id of a note as its argument."""
    return Function(
        name,
        arguments=["note bigint"],
        returns="void",
        language="plpgsql",
        security_definer=True,
        set={"search_path": ""},
        execute=["app"],
        body=f"BEGIN {body} END",
        changes=changes,
    )


PUBLISH: Final = "UPDATE public.notes AS n SET state = 'published' WHERE n.id = note"
LIKE: Final = "INSERT INTO public.likes SELECT n.id, {who} FROM public.notes AS n WHERE n.id = note"
OWN_UPDATE: Final = Changes(notes, may("update", rows="own"))
OWN_LIKE: Final = Changes("likes", may("insert", rows="own"))


def find_outcome(server: Server, *declared: SchemaObject) -> Outcome:
    """Return the outcome of the proof for the tables and some functions."""
    with Scratch(server, subject_of(notes, likes, *declared, platform=VANILLA, roles=ROLES)) as scratch:
        return PROOF.run(scratch)


def test_proven(server: Server) -> None:
    """Functions with exactly their declared changes are proven, and nothing of them is untried."""
    outcome = find_outcome(
        server,
        routine("publish", f"{PUBLISH} AND n.owner = {ME};", OWN_UPDATE),
        routine(
            "give_like",
            f"IF nullif({ME}, '') IS NOT NULL THEN {LIKE.format(who=ME)} AND n.state = 'published'; END IF;",
            OWN_LIKE,
        ),
        routine(
            "tidy",
            f"DELETE FROM public.notes AS n WHERE n.id = note AND n.owner = {ME} AND n.state = 'draft';",
            Changes(notes, may("delete", rows=where("own drafts", f"owner = {ME} AND state = 'draft'"))),
        ),
    )
    assert ([], [], Status.PROVEN) == (list(outcome.failures), list(outcome.untried), outcome.status)


def test_failed(server: Server) -> None:
    """A function that changes rows that it does not declare fails with the rows, the table and the function."""
    outcome = find_outcome(
        server,
        routine("publish", f"{PUBLISH};", OWN_UPDATE),
        routine("give_like", f"{LIKE.format(who='n.owner')};", OWN_LIKE),
        routine("tidy", f"DELETE FROM public.notes AS n WHERE n.id = note AND n.owner = {ME};", OWN_UPDATE),
    )
    assert [
        f"app can update another user's row in notes through publish(), {NOT_ALLOWED}",
        f"app can insert a row of another user into likes through give_like(), {NOT_ALLOWED}",
        f"app can delete its own row from notes through tidy(), {NOT_ALLOWED}",
    ] == list(outcome.failures)
    assert ["tidy: no call that was tried may update own rows of notes"] == list(outcome.untried)
