"""Plant faults: SQL after the migration, changed definitions, another state before, operators on statements."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import attrs
from schemas import define_subject, keep_access

from schema_dsl.model.table import Table
from schema_dsl.postgres import Server
from schema_dsl.render import UndoneMigration, render_rollback
from schema_dsl.verify import Outcome, Scratch, Subject, list_proofs
from schema_dsl.verify.mutants import generate_mutants
from schema_dsl.verify.rollback.reverse_plan import build_reverse_plan
from schema_dsl.verify.run import run_proofs
from schema_dsl.verify.scripts.apply import split_statements

PROOFS: Final = {proof.name: proof for proof in list_proofs()}

_ROLE_PREFIX: Final = "planted_"

Plant: TypeAlias = Callable[[Scratch], Subject]
"""A function from scratch databases without a fault to a subject with a fault."""


@attrs.frozen(kw_only=True)
class Fault:
    """A fault, and the proof that must fail on it.

    Attributes:
        name: The fault in words.
        schema: The schema in which the fault is planted: "engagement", "teams", "app" or "views".
        proof: The proof that is about the fault.
        plant: Plants the fault.
        says: A part of a failure of the proof.
        tables: The tables whose access is tried; all tables if empty.
        is_alone: Whether no other proof fails on the fault.
        since: The first version of Postgres that has the fault, for instance 17.
    """

    name: str
    schema: str
    proof: str
    plant: Plant
    says: str = ""
    tables: Collection[str] = ()
    is_alone: bool = False
    since: int = 0

    @property
    def identity(self) -> str:
        """Return the schema, the proof and the name, which name the fault in reports."""
        return f"{self.schema}: {self.proof}: {self.name}"

    @property
    def share(self) -> int:
        """Return a number from 0 to 99, which depends on the identity alone."""
        return zlib.crc32(self.identity.encode()) % 100


def as_superuser(command: str) -> str:
    """Return a statement that runs a command as a superuser."""
    return f"SELECT public.as_superuser($as_superuser${command}$as_superuser$);"


def after(statements: str) -> Plant:
    """Run statements after the migration, at its end."""

    def plant(scratch: Scratch) -> Subject:
        return attrs.evolve(scratch.subject, script=append(statements)(scratch.subject.script))

    return plant


def first(statements: str) -> Plant:
    """Run statements before the migration, at its start."""

    def plant(scratch: Scratch) -> Subject:
        return attrs.evolve(scratch.subject, script=prepend(statements)(scratch.subject.script))

    return plant


def before(statements: str) -> Plant:
    """Let the database have had another state before the migration."""

    def plant(scratch: Scratch) -> Subject:
        return attrs.evolve(scratch.subject, baseline=f"{scratch.subject.baseline}\n{statements}\n")

    return plant


def mutate(identity: str) -> Plant:
    """Apply the operator of a mutant to a statement. The identity of a mutant has no position in the file."""
    return edit(apply_mutant(identity))


def apply_mutant(identity: str) -> Callable[[str], str]:
    """Return a change of a script: apply the operator of a mutant to a statement."""

    def change(script: str) -> str:
        mutants = {mutant.identity: mutant for mutant in generate_mutants(script)}
        assert identity in mutants, f"no mutant {identity}; similar: {_find_similar(identity, mutants)}"
        return mutants[identity].script

    return change


def _find_similar(identity: str, known: Collection[str]) -> list[str]:
    operator = identity.partition(":")[0]
    return [name for name in known if name.startswith(operator)]


def edit(change: Callable[[str], str]) -> Plant:
    """Change the text of the migration, for instance with `leave_out` or `move_last`."""

    def plant(scratch: Scratch) -> Subject:
        return attrs.evolve(scratch.subject, script=change(scratch.subject.script))

    return plant


def take_out(script: str, kind: str, *words: str) -> tuple[str, str]:
    """Return a script without the only statement of a kind that contains the words, and the statement."""
    found = [
        statement
        for statement in split_statements(script)
        if statement.kind == kind and all(word in statement.text for word in words)
    ]
    assert len(found) == 1, f"{len(found)} statements are {kind} and contain {words}"
    start, end = found[0].start, found[0].end
    return script[:start] + script[end:].lstrip().removeprefix(";"), found[0].text


def define(change: Mapping[str, Callable[[Table], Table]], *, migrated: bool = True) -> Plant:
    """Change the definitions of tables.

    Args:
        change: The changes of tables, by name.
        migrated: Whether the migration is rendered from the changed definitions; else it stays the same.
    """

    def plant(scratch: Scratch) -> Subject:
        subject = define_subject(scratch.subject, change)
        return subject if migrated else attrs.evolve(subject, script=scratch.subject.script)

    return plant


def roll_back(change: Callable[[str], str]) -> Plant:
    """Change the text of the rollback."""

    def plant(scratch: Scratch) -> Subject:
        sound = render_sound_rollback(scratch)
        changed = change(sound)
        assert changed != sound, "the rollback did not change"
        return attrs.evolve(scratch.subject, rollback=changed)

    return plant


def render_sound_rollback(scratch: Scratch) -> str:
    """Render the rollback of a migration without faults."""
    subject = scratch.subject
    back = build_reverse_plan(scratch)
    undone = UndoneMigration(files=(subject.file,), text=subject.script)
    name = f"{Path(subject.file).stem}_rollback.sql"
    return render_rollback(
        back.plan, subject.wanted, undone, file=name, date="2026-01-01", not_restored=back.not_restored
    )


def leave_out(kind: str, *words: str) -> Callable[[str], str]:
    """Return a change of a script: leave out a statement."""
    return lambda script: take_out(script, kind, *words)[0]


def move_last(kind: str, *words: str) -> Callable[[str], str]:
    """Return a change of a script: run a statement at its end."""

    def change(script: str) -> str:
        rest, text = take_out(script, kind, *words)
        return append(f"{text};")(rest)

    return change


def move_first(kind: str, *words: str) -> Callable[[str], str]:
    """Return a change of a script: run a statement at its start."""

    def change(script: str) -> str:
        rest, text = take_out(script, kind, *words)
        return prepend(f"{text};")(rest)

    return change


def append(statements: str) -> Callable[[str], str]:
    """Return a change of a script: run further statements at its end, before it resets its settings."""

    def change(script: str) -> str:
        end = len(script)
        for statement in reversed(split_statements(script)):
            if statement.kind != "variable_set_stmt":
                break
            end = statement.start
        return f"{script[:end]}\n{statements}\n{script[end:]}"

    return change


def prepend(statements: str) -> Callable[[str], str]:
    """Return a change of a script: run further statements at its start, after it sets its settings."""

    def change(script: str) -> str:
        start = 0
        for statement in split_statements(script):
            if statement.kind != "variable_set_stmt":
                break
            start = script.index(";", statement.start) + 1
        return f"{script[:start]}\n{statements}\n{script[start:]}"

    return change


@contextlib.contextmanager
def planted(scratch: Scratch, fault: Fault) -> Iterator[Scratch]:
    """Yield scratch databases with a fault. They share the templates that the fault does not change."""
    subject = fault.plant(scratch)
    if fault.tables:
        subject = attrs.evolve(subject, wanted=keep_access(subject.wanted, fault.tables))
    own_baseline = subject.baseline != scratch.subject.baseline
    with Scratch(scratch.server, subject, None if own_baseline else scratch) as changed:
        yield changed


def prove(scratch: Scratch, fault: Fault, *names: str) -> dict[str, Outcome]:
    """Run proofs on a fault, as `verify` runs them, and return the outcomes by the name of the proof."""
    with planted(scratch, fault) as changed:
        results = run_proofs(changed, tuple(PROOFS[name] for name in names))
    return {result.proof.name: result.outcome for result in results}


def remove_planted_roles(server: Server) -> None:
    """Drop the roles that faults create, and undo changes of other roles, which outlive the databases."""
    with contextlib.closing(server.connect()) as connection:
        connection.add_notice_handler(lambda _: None)
        names = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [_ROLE_PREFIX]
        ).fetchall()
        for (name,) in names:
            connection.execute(f'DROP ROLE "{name}"'.encode())
        platform_roles = {"anon", "authenticated", "service_role"}
        known = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [sorted(platform_roles)]
        ).fetchall()
        if len(known) == len(platform_roles):
            connection.execute("REVOKE service_role FROM anon, authenticated")
            connection.execute("ALTER ROLE authenticated NOBYPASSRLS NOINHERIT")
            connection.execute("ALTER ROLE anon RESET ALL")
