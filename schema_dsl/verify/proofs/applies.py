"""The migration runs, in every way that people run it."""

from __future__ import annotations

from schema_dsl.verify.apply import ApplyError, apply_in_transaction, apply_statements, statements_of
from schema_dsl.verify.proof import Outcome, Proof, outcome
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.session import left_behind, session_settings, without_settings

_WAYS = {"statement by statement": apply_statements, "in one transaction": apply_in_transaction}


def _run(scratch: Scratch) -> Outcome:
    statements = statements_of(scratch.subject.script)
    failures = []
    for setting in scratch.settings:
        under = f", under the {setting} default privileges" if setting else ""
        for way, apply in _WAYS.items():
            with scratch.fresh("before", setting) as database, scratch.connect(database) as connection:
                before = session_settings(connection)
                try:
                    apply(connection, statements, scratch.subject.file)
                except ApplyError as error:
                    failures.append(f"{error.where}: {way}{under}: {error.what}")
                    continue
                failures += left_behind(before, session_settings(connection), scratch.subject.file)
    failures += without_settings(scratch, statements)
    return outcome(
        tuple(dict.fromkeys(failures)),
        f"{len(statements)} statements, {' and '.join(_WAYS)}, as {scratch.owner}",
        data={"statements": len(statements), "owner": scratch.owner},
    )


PROOF = Proof(
    name="applies",
    promise="The migration runs without an error, as a role that is no superuser.",
    rank=10,
    run=_run,
    shows_application=True,
)
