"""Trials of the access to the tables of a subject, and a table with an owner, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from subjects import subject_of

from schema_dsl import Access, Column, Policy, Table, may, sql, text, uuid
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.access import Trial, describe_failures, try_access
from schema_dsl.verify.scripts.apply import apply_script

STATES = "user_engagement_states"
TRANSITIONS = "engagement_state_transitions"
QUEUE = "engagement_message_queue"
SUPABASE = platform("supabase")


def run_trials(
    scratch: Scratch, subject: Subject, settings: Iterable[str] = ("new",), only: Iterable[str] = ()
) -> list[Trial]:
    """Apply a subject's script to the state before the migration, and try the access of its tables."""
    names = set(only)
    trials: list[Trial] = []
    for setting in settings:
        with scratch.fresh("before", setting) as database:
            with scratch.connect(database) as connection:
                apply_script(connection, subject.script, subject.file)
            for table in subject.wanted.tables.values():
                if table.access is not None and (not names or table.name in names):
                    result = try_access(database, table, subject.platform, subject.wanted).under(setting)
                    trials += result.trials
    return trials


def failures(scratch: Scratch, subject: Subject, *only: str, settings: Iterable[str] = ("new",)) -> list[str]:
    """Return the failures of the trials."""
    return describe_failures(run_trials(scratch, subject, settings, only))


NOT_ALLOWED = "but the declared access does not allow it"
NO_POLICY = "but the declared access allows it: no policy allows the operation"
OWNER = "USING ((SELECT auth.uid()) = user_id)"


def notes(*policies: Policy | list[Policy], **more: object) -> Table:
    """Declare a table of notes that only their owners may read and write."""
    access = Access(own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all"))
    return Table(
        "notes",
        columns=[
            Column("id", uuid, primary_key=True, default=sql("gen_random_uuid()")),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text, not_null=True),
        ],
        policies=list(policies) or [owner_may("all", own="user_id"), service_role_may("all")],
        **{"access": access, **more},  # type: ignore[arg-type]
    )


def supabase_subject(*tables: Table) -> Subject:
    """Return the first migration of some tables on Supabase."""
    return subject_of(*tables, platform=SUPABASE)


IS_OWN_ROW = sql("(SELECT auth.uid()) = user_id")
