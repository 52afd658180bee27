"""Prove that the migration applies, statement by statement and in one transaction."""

from __future__ import annotations

from schema_dsl.verify.apply import ApplyError, apply_in_transaction, apply_statements, split_statements
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.session import find_leftover_settings, find_missing_settings, read_session_settings

_APPLY_MODES = {"statement by statement": apply_statements, "in one transaction": apply_in_transaction}


def _run(scratch: Scratch) -> Outcome:
    statements = split_statements(scratch.subject.script)
    failures = []
    for setting in scratch.settings:
        under = f", under the {setting} default privileges" if setting else ""
        for mode, apply in _APPLY_MODES.items():
            with scratch.fresh("before", setting) as database, scratch.connect(database) as connection:
                before = read_session_settings(connection)
                try:
                    apply(connection, statements, scratch.subject.file)
                except ApplyError as error:
                    failures.append(f"{error.where}: fails when applied {mode}{under}: {error.what}")
                    continue
                failures += find_leftover_settings(
                    before, read_session_settings(connection), scratch.subject.file
                )
    failures += find_missing_settings(scratch, statements)
    return conclude(
        tuple(dict.fromkeys(failures)),
        f"{len(statements)} statement{'s' if len(statements) != 1 else ''} applied {' and '.join(_APPLY_MODES)}, "
        f"as role {scratch.owner}",
        data={"statements": len(statements), "owner": scratch.owner},
    )


PROOF = Proof(
    name="applies",
    promise="The migration applies without errors as a role that is not a superuser.",
    rank=10,
    run=_run,
    checks_application=True,
)
