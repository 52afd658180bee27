"""Prove that every client role has exactly the access that each table declares."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.postgres import Database
from schema_dsl.verify.access import (
    LIMITS,
    TableResult,
    Trial,
    TrialLimits,
    build_matrix,
    count_trials,
    describe_failures,
    read_access,
    read_access_before,
    read_database_code,
    try_access,
    try_view,
)
from schema_dsl.verify.access.reach.owner_rights import describe_untried_objects
from schema_dsl.verify.access.reach.reachable import (
    describe_gains,
    describe_undeclared_tables,
    list_open_tables,
    list_role_names,
    read_reach,
)
from schema_dsl.verify.access.reach.view_writes import describe_untried_writes
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.view_reads import DeclaredView, list_tried_views
from schema_dsl.verify.access.report import qualify_by_settings
from schema_dsl.verify.access.state.access_state import AccessState, list_changed
from schema_dsl.verify.access.trial import display_name
from schema_dsl.verify.access.trials.routine_trials import try_routine
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.touched import TableChoice, choose_tables
from schema_dsl.verify.proof import Outcome, Proof, Sample, conclude
from schema_dsl.verify.rows import MissingError, RowError
from schema_dsl.verify.subject import Subject

Target: TypeAlias = Table | DeclaredView | Identity
"""The subject of trials: a table, a view, or a function that declares its changes."""


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    platform, wanted = subject.platform, subject.wanted
    tables = [table for table in wanted.tables.values() if table.access is not None]
    views = list_tried_views(wanted)
    names = [(table.schema, table.name) for table in tables]
    limits = attrs.evolve(LIMITS, seed=subject.seed)
    trials: list[Trial] = []
    untried: dict[str, None] = {}
    gained: dict[str, list[str]] = {}
    opened: dict[QualifiedKey, dict[str, None]] = {}
    sample = Sample(0, 0, limits.seed)
    reached = 0
    choices: list[TableChoice] = []
    known: dict[tuple[QualifiedKey, str], TableResult] = {}
    reader = read_access_before(scratch)
    for setting in scratch.settings:
        with scratch.unchanged("before", setting) as database:
            before = read_reach(database, platform, wanted)
            reader, early = read_access(database, reader)
        with scratch.unchanged("after", setting) as database:
            after = read_reach(database, platform, wanted)
            code = read_database_code(database)
            reader, state = read_access(database, reader)
            choice = choose_tables(scratch, names, list_changed(early, state, names))
            choices.append(choice)
            for target in (*tables, *views, *wanted.changes):
                if not isinstance(target, Identity) and (target.schema, target.name) in choice.left_out:
                    continue
                # Equal catalog entries lead to equal access under each setting.
                key = _build_key(target, state)
                if key not in known:
                    known[key] = _try(database, target, subject, code, limits)
                result = known[key].under(setting)
                trials += result.trials
                untried |= dict.fromkeys(result.untried)
                sample += result.sample
        reached += len({(each.kind, each.schema, each.name) for each in after})
        for sentence in describe_gains(before, after, wanted):
            gained.setdefault(sentence, []).append(setting)
        for describe in (describe_untried_objects, describe_untried_writes):
            untried |= dict.fromkeys(describe(after, code, wanted, list_role_names(platform, wanted)))
        for name, roles in list_open_tables(after, wanted).items():
            opened.setdefault(name, {}).update(dict.fromkeys(roles))
    untried |= dict.fromkeys(describe_undeclared_tables(wanted, opened))
    tried = len({name for name, _ in known}.intersection(names))
    return conclude(
        [*describe_failures(trials), *qualify_by_settings(gained, scratch.settings)],
        _summarize(list(known.values()), tried, len(views), reached, scratch.settings),
        untried=untried,
        sample=sample,
        notes=[
            *_note_existing_tables(wanted),
            *dict.fromkeys(note for each in choices for note in each.describe("access")),
        ],
        table=build_matrix(trials) if trials else (),
        data={"trials": count_trials(trials)},
    )


def _build_key(target: Target, state: AccessState) -> tuple[QualifiedKey, str]:
    """Return the name of a relation or function, and the digest of the state that decides on access to it."""
    if isinstance(target, Identity):
        return (target.schema, str(target)), state.digest(state.relations)
    name = (target.schema, target.name)
    return name, state.digest(state.closure([name]))


def _try(
    database: Database,
    target: Target,
    subject: Subject,
    code: DatabaseCode,
    limits: TrialLimits,
) -> TableResult:
    platform, wanted = subject.platform, subject.wanted
    if isinstance(target, Identity):
        return try_routine(database, target, platform, wanted, code=code, limits=limits)
    if isinstance(target, Table):
        try:
            return try_access(database, target, platform, wanted, code=code, limits=limits)
        except MissingError:
            raise
        except RowError as error:
            # Without a row, access to this table is unproven; the other tables are tried.
            return TableResult(
                [], Sample(0, 0, limits.seed), [f"access to {display_name(target)}: {error.what}"]
            )
    return try_view(database, target, platform, wanted, code=code, limits=limits)


def _summarize(
    results: list[TableResult], tables: int, views: int, reached: int, settings: tuple[str, ...]
) -> str:
    roles = len({trial.role for result in results for trial in result.trials})
    under = f", under the {' and '.join(settings)} default privileges" if any(settings) else ""
    relations = f"tables: {tables}{f', views: {views}' if views else ''}"
    return (
        f"{sum(len(result.trials) for result in results)} trials ({relations}, roles: {roles}, operations: 5), "
        f"privileges compared on {reached} objects{under}"
    )


def _note_existing_tables(wanted: Catalog) -> list[str]:
    """Return a note for each existing table that the definitions change and that declares no access."""
    changed = {(parent.schema, parent.name) for each in wanted.objects if (parent := each.parent) is not None}
    return [
        f"{display_name(table)} declares no access"
        for name, table in wanted.tables.items()
        if table.access is None
        and table.existing is not None
        and (name in changed or table.row_security is not None)
    ]


PROOF = Proof(
    name="access",
    promise="Every client role can do exactly what the access of each table and view declares.",
    rank=60,
    run=_run,
    checks_folder=True,
)
