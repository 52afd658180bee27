"""Prove that the migration never allows access that is denied before it, unless that access is allowed by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import PostgresError
from schema_dsl.migrations import read_allowed
from schema_dsl.model.access import Access
from schema_dsl.model.table import Table
from schema_dsl.plan import list_weakening_names, parse_allowance
from schema_dsl.verify.access import read_access_before
from schema_dsl.verify.access.moments.never_weaker_check import NeverWeakerCheck
from schema_dsl.verify.access.moments.probe import AccessProbe, ProbedTable, ReachableAccess, build_probe
from schema_dsl.verify.access.moments.timeline import Cut, Timeline, open_sides
from schema_dsl.verify.access.reach.reachable import describe_undeclared_tables, list_undeclared_tables
from schema_dsl.verify.access.report import qualify_by_settings
from schema_dsl.verify.access.state.access_reader import AccessReader
from schema_dsl.verify.access.state.access_state import AccessState, list_changed
from schema_dsl.verify.access.trial import display_name
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.proof import Outcome, Proof, Sample, conclude
from schema_dsl.verify.scripts.apply import split_statements


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    tables = [table for table in subject.wanted.tables.values() if table.access is not None]
    untried = describe_undeclared_tables(subject.wanted)
    if not tables:
        return conclude([], "access tried at 0 moments", untried=untried or ["no table declares access"])
    names = [(table.schema, table.name) for table in tables]
    # The default privileges do not affect fixture rows, so the first setting is enough.
    earlier = read_access_before(scratch)
    with open_sides(scratch) as (before, after):
        reader = AccessReader(before, earlier)
        states = reader.read(), AccessReader(after, reader).read()
        touched = list_changed(*states, names)
        probed = [
            table for table, name in zip(tables, names, strict=True) if touched is None or name in touched
        ]
        probe = build_probe([before, after], probed, subject.platform, subject.wanted, untried=untried)
    known: dict[tuple[QualifiedKey, str], ReachableAccess] = {}
    found: dict[str, list[str]] = {}
    checks = _check_settings(scratch, probe, reader, known, found)
    missed = _list_missed(checks, states, [name for name in names if name not in probe.tables])
    further = _build_further_probe(scratch, checks, missed, untried)
    if further.tables:
        _check_settings(scratch, further, reader, known, found)
    moments = sum(check.timeline.moments for check in checks)
    rounds = sum(check.timeline.rounds for check in checks)
    reruns = Sample(
        sum(check.whole_reruns for check in checks), sum(check.cuts for check in checks), subject.seed
    )
    interruptions = Sample(
        sum(check.interruptions for check in checks), sum(check.cuts for check in checks), subject.seed
    )
    left_out = sum(check.left_out for check in checks)
    if left_out:
        untried.append(f"re-runs after {left_out} of the interruptions whose re-run changes access")
    return conclude(
        qualify_by_settings(found, scratch.settings),
        f"access tried at {moments} moments between statements (distinct states of a table: {len(known)}), and in "
        f"{rounds} rounds while statements with inner commits ran; {_describe_reruns(interruptions, reruns)}",
        untried=untried,
        notes=_build_notes(known.values()),
        data={
            "moments": moments,
            "states": len(known),
            "rounds": rounds,
            "interruptions": reruns.possible,
            "re-runs": reruns.tried,
        },
    )


def _check_settings(
    scratch: Scratch,
    probe: AccessProbe,
    reader: AccessReader,
    known: dict[tuple[QualifiedKey, str], ReachableAccess],
    found: dict[str, list[str]],
) -> list[NeverWeakerCheck]:
    """Check the migration under each setting of default privileges, and add the failures to those that were found."""
    script = scratch.subject.script
    weakened = tuple(
        allowance
        for allowance in map(parse_allowance, read_allowed(script))
        if allowance.hazard in list_weakening_names()
    )
    checks = []
    cuts: dict[tuple[int, str], Cut] = {}
    for setting in scratch.settings:
        timeline = Timeline(scratch, setting, split_statements(script), probe, known, reader=reader)
        check = NeverWeakerCheck(timeline, weakened, cuts)
        for sentence in check.run():
            found.setdefault(sentence, []).append(setting)
        checks.append(check)
    return checks


def _list_missed(
    checks: Iterable[NeverWeakerCheck], states: Iterable[AccessState], names: Iterable[QualifiedKey]
) -> set[QualifiedKey]:
    """Return the tables without a probe on whose access other catalog entries decide in between.

    Args:
        checks: The checks of the probed tables.
        states: The states before and after the migration, between which nothing changed for these tables.
        names: The tables that were not probed.
    """
    changed = frozenset[QualifiedKey]().union(*(check.timeline.changed for check in checks))
    if any(check.timeline.changed_shared for check in checks):
        return set(names)
    return {name for name in names if any(not changed.isdisjoint(state.closure([name])) for state in states)}


def _build_further_probe(
    scratch: Scratch,
    checks: Iterable[NeverWeakerCheck],
    missed: Collection[QualifiedKey],
    untried: list[str],
) -> AccessProbe:
    """Build the probe of tables whose temporary protection the first probe does not cover.

    These are existing tables without an access, tables with an access that have further policies in between, and
    tables that the migration changes in between only. Add a sentence for each table that cannot be probed.

    Args:
        scratch: The migration.
        checks: The checks of the first probe.
        missed: The tables of the last kind.
        untried: Receives the sentences.
    """
    subject = scratch.subject
    conditions: dict[QualifiedKey, set[str]] = {name: set() for name in missed}
    for check in checks:
        for key, added in check.unsettled.items():
            conditions.setdefault(key, set()).update(added)
    undeclared = {(table.schema, table.name) for table in list_undeclared_tables(subject.wanted)}
    probed: dict[QualifiedKey, ProbedTable] = {}
    if not conditions:
        return AccessProbe(probed)
    with open_sides(scratch) as (before, after):
        for (schema, name), found in sorted(conditions.items()):
            declared = subject.wanted.tables.get((schema, name)) or Table(name, schema=schema, existing=())
            is_settled = declared.access is not None and not found and (schema, name) not in missed
            if (schema, name) in undeclared or is_settled:
                continue
            table = declared if declared.access is not None else attrs.evolve(declared, access=Access())
            try:
                probe = build_probe(
                    [before, after], [table], subject.platform, subject.wanted, conditions=conditions
                )
            except PostgresError as error:
                untried.append(
                    f"access to {display_name(table)}, whose protection changes meanwhile: {error.what}"
                )
            else:
                probed |= probe.tables
    return AccessProbe(probed)


def _describe_reruns(interruptions: Sample, reruns: Sample) -> str:
    if reruns.is_complete:
        return f"re-run after each of {reruns.possible:,} interruptions that leave another access"
    return (
        f"after {interruptions.extent} interruptions that leave another access, the statements that name the "
        f"changed relations were re-run, and after {reruns.tried:,} of them the whole migration, seed {reruns.seed}"
    )


def _build_notes(states: Iterable[ReachableAccess]) -> list[str]:
    unasked = {(table, why) for state in states for table, why in state.untested.items()}
    return [
        f"access to {table} was not tried in every intermediate state, because no fixture row fitted: {why}"
        for table, why in sorted(unasked)
    ]


PROOF = Proof(
    name="never weaker",
    promise="At no moment does the migration allow access that is denied before it, unless its header allows that.",
    rank=70,
    run=_run,
    slow=True,
)
