"""Measure the time that the second reader, sqlglot, adds to `generate`.

    python benchmarks/second_reader.py [TABLES]

`generate` is: declare, build the Catalog, plan, render, and lint of the definitions and of the text. Every table of
"repeated" is that of generate.py with 2 policies, so its columns and indexes differ in the names of the tables only. In
"unique", no name, type, default, value or index occurs twice, which no real schema has. Each figure is the CPU time of
the fastest of several runs in processes of their own, with and without the checks of the group "generated".
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from typing import Any

import attrs

import schema_dsl as dsl
from schema_dsl.collection import collection_paused
from schema_dsl.lint import build_selection, lint_definitions, lint_generated
from schema_dsl.plan import diff, plan_differences
from schema_dsl.platforms.supabase import PLATFORM, auth_users, owner_may, service_role_may
from schema_dsl.render import render

RUNS = 3
# The benchmark beside this one.
generate: Any = importlib.import_module("generate")


def declare_repeated(count: int) -> list[dsl.Table]:
    """Declare the tables of generate.py with two policies each."""
    return [attrs.evolve(table, policies=table.policies[-2:]) for table in generate.declare(count)]


def declare_unique(count: int) -> list[dsl.Table]:
    """Declare tables that have nothing in common."""
    return [_declare_unique_table(number) for number in range(count)]


def _declare_unique_table(number: int) -> dsl.Table:
    def name(of: str) -> str:
        return f"{of}_{number:05}"

    return dsl.Table(
        name("table"),
        columns=[
            dsl.Column(name("id"), dsl.uuid, primary_key=True, default=dsl.gen_random_uuid()),
            dsl.Column(name("user_id"), dsl.uuid, not_null=True, references=auth_users, on_delete="cascade"),
            *(
                dsl.Column(name(f"t{each}"), dsl.text, not_null=True, default=f"v{each}_{number}")
                for each in range(6)
            ),
            *(
                dsl.Column(
                    name(f"n{each}"), dsl.integer, default=number + each, check=dsl.between(0, number + each)
                )
                for each in range(3)
            ),
            *(
                dsl.Column(
                    name(f"z{each}"), dsl.timestamptz, default=dsl.sql(f"now() + interval '{number} days'")
                )
                for each in range(3)
            ),
        ],
        indexes=[
            dsl.Index(name("user_id")),
            dsl.Index([name("t1"), dsl.descending(name("z1"))]),
            dsl.Index(name("z2"), where=f"{name('z2')} IS NOT NULL"),
            dsl.Index(name("t2"), unique=True),
        ],
        policies=[owner_may("select", own=name("user_id")), service_role_may("all")],
        access=dsl.Access(
            own=name("user_id"),
            authenticated=dsl.may("select", rows="own"),
            service_role=dsl.may("all", rows="all"),
        ),
    )


DECLARE = {"repeated": declare_repeated, "unique": declare_unique}


def run(kind: str, count: int, *, with_second_reader: bool) -> float:
    """Generate once, and return the CPU seconds."""
    start = time.process_time()
    with collection_paused():
        wanted = generate.build(DECLARE[kind](count))
        changes = diff(wanted.existing(), wanted)
        text = render(plan_differences(changes, wanted.objects), wanted, generate.HEADER)
    selection = build_selection("supabase", ignore=() if with_second_reader else ("generated",))
    found = lint_definitions(wanted)
    found += lint_generated([("a.sql", text)], wanted, PLATFORM, selection=selection, changes=changes)
    assert not [finding for finding in found if finding.rule in {"generated-differs", "sqlglot-cannot-parse"}]
    return time.process_time() - start


def best(kind: str, count: int, which: str) -> float:
    """Return the CPU seconds of the fastest run."""
    command = [sys.executable, __file__, str(count), kind, which]
    return min(float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(RUNS))


def report(count: int) -> None:
    """Print the figures."""
    print(f"{count} tables  {'without':>8} {'with':>8} {'more':>6}")
    for kind in DECLARE:
        without, with_reader = best(kind, count, "without"), best(kind, count, "with")
        print(f"{kind:>12} {without:>8.2f} {with_reader:>8.2f} {with_reader / without - 1:>6.0%}")


if __name__ == "__main__":
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    if len(sys.argv) > 2:
        print(run(sys.argv[2], tables, with_second_reader=sys.argv[3] == "with"))
    else:
        report(tables)
