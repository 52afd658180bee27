"""Measure `verify`, proof by proof, for schemas of several sizes.

    python benchmarks/verify.py [--alone] [--only PROOF]... [TABLES ...]

Every table has 12 columns, a primary key, 3 indexes, 2 policies for the owner and one for the service role, and a
foreign key to the previous table. The migration creates all tables. The sizes `later-25` and `later-500` are a small
migration on 25 and on 500 tables: a new column, a new index and a changed policy. The last lines divide the figures of
500 tables by those of fewer.

In a small migration, the run of the history, the copies of databases and the reading of their catalogs grow with the
schema. In Postgres itself, the time of a foreign key grows with the number of those to the same table, here the table
of users: Postgres loads all triggers of that table again.

The proofs run as `schema-dsl verify` runs them, concurrently, so the seconds of a proof include the waiting for the
others. With `--alone`, one proof runs after another, and the figures are seconds of processor time of this process and
of the server together, which other programs on the machine change less; two processors need at least half of the sum.
"setup" is the start of the server and the databases before and after the migration. "load" is the load average of the
last minute at the end: other programs count too.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

import schema_dsl as dsl
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan
from schema_dsl.platforms.supabase import PLATFORM, auth_users, owner_may, service_role_may
from schema_dsl.postgres import provider
from schema_dsl.render import Header, render
from schema_dsl.verify import Outcome, Proof, Scratch, Subject, list_proofs
from schema_dsl.verify.run import ProofResult, run_proofs

SIZES = ("3", "25", "100", "500", "later-25", "later-500")
LATER = "later-"
COMPARED = (("100", "500"), ("later-25", "later-500"))


def declare(count: int) -> list[dsl.Table]:
    """Declare tables as a definitions file does."""
    tables: list[dsl.Table] = []
    before = auth_users
    for number in range(count):
        name = f"table_{number:03}"
        before = dsl.Table(
            name,
            comment=f"Table number {number}.",
            columns=[
                dsl.Column("id", dsl.uuid, primary_key=True, default=dsl.gen_random_uuid(), comment="Key."),
                dsl.Column("user_id", dsl.uuid, not_null=True, references=auth_users, on_delete="cascade"),
                dsl.Column("parent_id", dsl.uuid, references=before, comment="The parent row."),
                dsl.Column(
                    "state",
                    dsl.text,
                    not_null=True,
                    default="active",
                    check=dsl.one_of("active", "paused", "gone"),
                    comment="The state.",
                ),
                dsl.Column("tier", dsl.integer, not_null=True, default=0, check=dsl.between(0, 3)),
                dsl.Column("title", dsl.text, not_null=True, comment="The title."),
                dsl.Column("body", dsl.text),
                dsl.Column("details", dsl.jsonb, default={}),
                dsl.Column("is_public", dsl.boolean, not_null=True, default=False),
                dsl.Column("due_at", dsl.timestamptz),
                dsl.Column("created_at", dsl.timestamptz, not_null=True, default=dsl.now()),
                dsl.Column("updated_at", dsl.timestamptz, not_null=True, default=dsl.now()),
            ],
            indexes=[
                dsl.Index("user_id"),
                dsl.Index(["parent_id", dsl.descending("created_at")]),
                dsl.Index("due_at", where="due_at IS NOT NULL"),
            ],
            policies=[
                owner_may("select", own="user_id"),
                owner_may("insert", own="user_id"),
                service_role_may("all"),
            ],
            access=dsl.Access(
                own="user_id",
                authenticated=dsl.may("select", "insert", rows="own"),
                service_role=dsl.may("all", rows="all"),
            ),
        )
        tables.append(before)
    return tables


def declare_later(tables: Sequence[dsl.Table]) -> list[dsl.Table]:
    """Declare the tables after the small migration, which changes the last one."""
    *kept, last = tables
    changed = attrs.evolve(
        last,
        columns=[*last.columns, dsl.Column("note", dsl.text, comment="A note.")],
        indexes=[*last.indexes, dsl.Index("state")],
        policies=[
            owner_may("select", own="user_id"),
            owner_may("insert", own="user_id"),
            owner_may("delete", own="user_id"),
            service_role_may("all"),
        ],
        access=dsl.Access(
            own="user_id",
            authenticated=dsl.may("select", "insert", "delete", rows="own"),
            service_role=dsl.may("all", rows="all"),
        ),
    )
    return [*kept, changed]


def build(tables: list[dsl.Table]) -> Catalog:
    """Build a Catalog from the declarations."""
    return build_catalog(
        tables, platform_tables=PLATFORM.tables, functions=PLATFORM.functions, roles=PLATFORM.roles
    )


def write_migration(number: int, present: Catalog, wanted: Catalog, *allowed: str) -> str:
    """Return the text of a migration, whose header allows some hazards."""
    header = Header(
        file=f"{number:03}_large.sql",
        title="A large schema",
        purpose="",
        date="2026-01-01",
        definitions=wanted.fingerprint(),
        allowed=allowed,
    )
    return render(plan(present, wanted), wanted, header)


def build_subject(size: str, folder: Path) -> Subject:
    """Return the migration of a size."""
    tables = declare(int(size.removeprefix(LATER)))
    wanted = build(tables)
    script = write_migration(1, wanted.existing(), wanted)
    subject = Subject(
        platform=PLATFORM, baseline="", earlier=(), file="001_large.sql", script=script, wanted=wanted
    )
    if not size.startswith(LATER):
        return subject
    path = folder / "001_large.sql"
    path.write_text(script, "utf-8")
    later = build(declare_later(tables))
    return attrs.evolve(
        subject,
        earlier=(Migration(path, 1, "large"),),
        file="002_later.sql",
        script=write_migration(2, wanted, later, f"wider-policy:public.{tables[-1].name}"),
        wanted=later,
    )


def measure(size: str, proofs: tuple[Proof, ...], *, alone: bool) -> list[float]:
    """Run the proofs on one size, print a line, and return its figures without the load."""
    figures: list[float] = []

    def add(*seconds: float) -> None:
        figures.extend(seconds)
        _print_cells(*seconds)

    with TemporaryDirectory() as folder:
        subject = build_subject(size, Path(folder))
        gc.collect()
        clock = _read_processor_seconds if alone else time.perf_counter
        started = clock()
        with provider("embedded").start() as server, Scratch(server, subject) as scratch:
            scratch.template("before")
            scratch.template("after")
            _print_cells(f"{size:>9}")
            add(clock() - started)
            results: list[ProofResult] = []
            for group in [(proof,) for proof in proofs] if alone else [proofs]:
                before = clock()
                found = run_proofs(scratch, group)
                results += found
                add(*([clock() - before] if alone else [result.seconds for result in found]))
            add(clock() - started)
            _print_cells(os.getloadavg()[0])
    print()
    for result in results:
        _complain(size, result.proof.name, result.outcome)
    return figures


def _print_cells(*cells: str | float) -> None:
    """Print a part of a line of the table, as soon as it is known."""
    texts = [each if isinstance(each, str) else f" {each:>12.1f}" for each in cells]
    print(*texts, sep="", end="", flush=True)


def _read_processor_seconds() -> float:
    """Return the processor time of this process and its children, which are the server and its sessions."""
    ticks = 0
    parents: dict[int, int] = {}
    times: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        process = int(path.parent.name)
        parents[process] = int(fields[1])
        times[process] = sum(map(int, fields[11:15]))
    for process, own in times.items():
        ancestor = process
        while ancestor not in {os.getpid(), 0}:
            ancestor = parents.get(ancestor, 0)
        ticks += own if ancestor else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _complain(size: str, name: str, outcome: Outcome) -> None:
    """Print the proofs that failed or used samples, on standard error."""
    print(f"    {size} {name}: {outcome.status.value}: {outcome.summary}", file=sys.stderr)
    for failure in outcome.failures[:3]:
        print(f"        {failure}", file=sys.stderr)


def main() -> None:
    """Parse the arguments and print a table."""
    parser = argparse.ArgumentParser(description="Measure verify, proof by proof.")
    parser.add_argument("sizes", nargs="*", default=SIZES, metavar="TABLES")
    parser.add_argument(
        "--alone", action="store_true", help="Measure the processor time of one proof after another."
    )
    parser.add_argument("--only", action="append", metavar="PROOF", help="Run only this proof.")
    arguments = parser.parse_args()
    proofs = tuple(each for each in list_proofs() if not arguments.only or each.name in arguments.only)
    print(
        f"{'tables':>9} {'setup':>12}",
        *(f"{each.name:>12}" for each in proofs),
        f"{'whole':>12}",
        f"{'load':>12}",
    )
    measured = {size: measure(size, proofs, alone=arguments.alone) for size in arguments.sizes}
    for fewer, more in COMPARED:
        if fewer in measured and more in measured:
            factors = zip(measured[more], measured[fewer], strict=True)
            _print_cells(f"{more} / {fewer}\n{'':>9}", *(one / max(other, 0.01) for one, other in factors))
            print()


if __name__ == "__main__":
    main()
