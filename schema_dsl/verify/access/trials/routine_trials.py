"""Try the changes of callers through a SECURITY DEFINER function, with all kinds of rows in its tables."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Final

import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import PostgresError
from schema_dsl.model.access import ROWS
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection, Database, rolled_back
from schema_dsl.sql import qualified
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.provenance import Provenance
from schema_dsl.verify.access.sampling import TrialLimits
from schema_dsl.verify.access.table_result import TableResult
from schema_dsl.verify.access.trial import (
    Trial,
)
from schema_dsl.verify.access.trials.routine_calls import RoutineCalls, argument_input, name_place
from schema_dsl.verify.proof import Sample


def try_routine(
    database: Database,
    identity: Identity,
    platform: Platform,
    wanted: Catalog,
    *,
    code: DatabaseCode,
    limits: TrialLimits,
) -> TableResult:
    """Call a function with declared changes as each client role, and compare its changes, then roll back.

    Args:
        database: The database of the function. The role that connects by default must be a superuser.
        identity: The function.
        platform: The platform, which says how the function knows the caller.
        wanted: The declared schema.
        code: The code of the database.
        limits: The largest numbers of trials.
    """
    with contextlib.closing(database.connect()) as connection:
        oid, types = _find_routine(connection, identity)
    routine = next(each for each in code.find_routines(identity.schema, identity.name) if each.oid == oid)
    reader = ConditionReader(code.without_policies())
    inputs = [argument_input(number) for number in range(len(types))]
    reader.call_routine(routine, [Provenance(inputs=frozenset({each})) for each in inputs])
    trials: list[Trial] = []
    sample = Sample(0, 0, limits.seed)
    untried = {
        f"{routine}: what {unknown} changes is unknown, because {why}": None
        for unknown, why in reader.unreadable.items()
    }
    for table in list(reader.related):
        try:
            with contextlib.closing(database.connect()) as connection, rolled_back(connection):
                connection.execute("SET LOCAL lock_timeout = '5s'")
                calls = RoutineCalls(
                    connection, identity, oid, types, table, reader, platform, wanted, code, limits
                )
                trials += calls.run()
                sample += calls.sample
                untried |= dict.fromkeys(calls.untried)
        except (PostgresError, psycopg.Error) as error:
            why = error.what if isinstance(error, PostgresError) else error.diag.message_primary
            untried[f"{routine}: what it changes with rows of {'.'.join(table)} was not tried: {why}"] = None
    untried |= dict.fromkeys(_list_unseen(identity, wanted, trials))
    return TableResult(trials, sample, list(untried))


def _list_unseen(identity: Identity, wanted: Catalog, trials: Sequence[Trial]) -> Iterator[str]:
    """Yield a sentence for each declared change that no call has made."""
    seen = {(trial.table, trial.operation, name) for trial in trials for name in trial.granted_by}
    for declared in wanted.changes[identity]:
        table = _name_table((declared.table.schema or identity.schema, declared.table.table))
        for permission in declared.permissions:
            for operation, rule in itertools.product(permission.operations, permission.rows):
                rows = f"{rule} rows" if rule in ROWS else str(rule)
                if (name_place(table, identity), operation, rows) not in seen:
                    yield f"{identity.name}: no call that was tried may {operation} {rows} of {table}"


def _name_table(name: QualifiedKey) -> str:
    return name[1] if name[0] == "public" else ".".join(name)


def _find_routine(connection: Connection, identity: Identity) -> tuple[int, list[str]]:
    """Return the oid of a function, and the types of its arguments."""
    signature = f"{qualified(identity.schema, identity.name)}({', '.join(identity.arguments or ())})"
    row = connection.execute(_ROUTINE, [signature]).fetchone()
    if row is None:
        raise PostgresError(f"function {signature} does not exist")
    return row


_ROUTINE: Final = """
    SELECT p.oid::bigint, ARRAY(SELECT pg_catalog.format_type(a.type, NULL)
        FROM pg_catalog.unnest(p.proargtypes) WITH ORDINALITY AS a (type, number) ORDER BY a.number)
    FROM pg_catalog.pg_proc AS p WHERE p.oid = pg_catalog.to_regprocedure(%s)
"""
