"""Faults of the engagement schema: of the SQL, of the session, of locks, of re-runs and of the rollback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
from planted_fault import (
    Fault,
    Plant,
    after,
    append,
    apply_mutant,
    as_superuser,
    define,
    edit,
    first,
    leave_out,
    move_first,
    mutate,
    prepend,
    roll_back,
)

from schema_dsl import Column, Index, Table, before_update, boolean, integer, one_of, text
from schema_dsl.model.function import Function

_SCHEMA: Final = "engagement"
_STATES, _LOG, _QUEUE, _PROFILES = (
    "public.user_engagement_states",
    "public.engagement_state_transitions",
    "public.engagement_message_queue",
    "public.user_profiles",
)
_POLICY: Final = f"ALTER POLICY authenticated_select_own ON {_STATES} USING"
_OWN: Final = "(SELECT auth.uid()) = user_id"

_APPLIES: Final = {
    "a table is missing": edit(leave_out("do_stmt", f"CREATE TABLE IF NOT EXISTS {_QUEUE}")),
    "a column is missing": mutate(f"column left out: {_STATES}, state"),
    "an index before its table": edit(move_first("index_stmt", "user_engagement_states_state_idx")),
    "a comment before its column": edit(move_first("comment_stmt", "user_profiles.magic_moment_at")),
    "a constraint is validated before it exists": edit(
        move_first("alter_table_stmt", "VALIDATE CONSTRAINT user_profiles_onboarding_tier_check")
    ),
    "a privilege of a superuser": after(
        "CREATE EVENT TRIGGER watch ON sql_drop EXECUTE FUNCTION public.watch();"
    ),
    "a table of another owner": after("ALTER TABLE auth.users ADD COLUMN planted text;"),
    "an unknown role": after(f"GRANT SELECT ON {_STATES} TO reporting;"),
    # The host of Supabase lets the owner set session_replication_role, and few other settings of superusers.
    "a setting of a superuser": first("SET zero_damaged_pages = on;"),
}

# SQL after the migration, and a part of the sentence of `matches`.
_MATCHES: Final = {
    # Objects.
    "a view for anon": (
        f"CREATE VIEW public.leak AS SELECT * FROM {_STATES}; GRANT SELECT ON public.leak TO anon;",
        "view public.leak is new",
    ),
    "a materialized view": (
        f"CREATE MATERIALIZED VIEW public.leak AS SELECT * FROM {_STATES};",
        "public.leak",
    ),
    "a table": ("CREATE TABLE public.more (a integer);", "table public.more is new"),
    "a table as a copy": (
        f"CREATE TABLE public.more AS SELECT * FROM {_PROFILES};",
        "table public.more is new",
    ),
    "a column": (f"ALTER TABLE {_STATES} ADD COLUMN more text;", "more"),
    "a column of an existing table": (f"ALTER TABLE {_PROFILES} ADD COLUMN more text;", "more"),
    "a dropped column": (f"ALTER TABLE {_PROFILES} DROP COLUMN display_name;", "display_name"),
    "a renamed column": (f"ALTER TABLE {_PROFILES} RENAME display_name TO name;", "display_name"),
    "a type": (f"ALTER TABLE {_PROFILES} ALTER display_name TYPE varchar(90);", "display_name"),
    "a default": (f"ALTER TABLE {_PROFILES} ALTER created_at DROP DEFAULT;", "created_at"),
    "NOT NULL": (f"ALTER TABLE {_QUEUE} ALTER message_key DROP NOT NULL;", "message_key"),
    "an index": (f"CREATE INDEX more ON {_PROFILES} (display_name);", "more"),
    "a dropped index": (
        "DROP INDEX public.engagement_message_queue_status_idx;",
        "engagement_message_queue_status_idx",
    ),
    "an invalid constraint": (
        f"ALTER TABLE {_PROFILES} ADD CONSTRAINT more CHECK (display_name <> '') NOT VALID;",
        "more",
    ),
    "a sequence": ("CREATE SEQUENCE public.more;", "public.more"),
    "an enum": ("CREATE TYPE public.more AS ENUM ('a');", "public.more"),
    "a domain": ("CREATE DOMAIN public.more AS text;", "public.more"),
    "a function": (
        "CREATE FUNCTION public.more() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
        "public.more",
    ),
    "a SECURITY DEFINER function": (
        "ALTER FUNCTION public.update_updated_at_column() SECURITY DEFINER;",
        "update_updated_at_column",
    ),
    "a replaced function": (
        (
            "CREATE OR REPLACE FUNCTION public.update_updated_at_column() RETURNS trigger LANGUAGE plpgsql"
            " SET search_path = '' AS 'BEGIN RETURN NEW; END';"
        ),
        "update_updated_at_column",
    ),
    "a function without its search_path": (
        "ALTER FUNCTION public.update_updated_at_column() RESET search_path;",
        "update_updated_at_column",
    ),
    "a trigger": (
        (
            f"CREATE TRIGGER more BEFORE INSERT ON {_STATES} FOR EACH ROW"
            " EXECUTE FUNCTION public.update_updated_at_column();"
        ),
        "more",
    ),
    "a disabled trigger": (
        f"ALTER TABLE {_PROFILES} DISABLE TRIGGER USER;",
        "update_user_profiles_updated_at",
    ),
    "a rule": (f"CREATE RULE more AS ON DELETE TO {_PROFILES} DO INSTEAD NOTHING;", "more"),
    "a policy": (f"CREATE POLICY more ON {_PROFILES} USING (true);", "more"),
    "a widened existing policy": (
        f'ALTER POLICY "Users can view own profile" ON {_PROFILES} USING (true);',
        "Users can view own profile",
    ),
    "a large object": ("SELECT lo_create(4712);", "large object 4712"),
    "a schema": ("CREATE SCHEMA more;", "schema more is new"),
    "a comment": (f"COMMENT ON TABLE {_QUEUE} IS 'Queue.';", "engagement_message_queue"),
    "a comment of an existing object": (f"COMMENT ON TABLE {_PROFILES} IS 'Profiles.';", "user_profiles"),
    "storage parameters": (f"ALTER TABLE {_PROFILES} SET (fillfactor = 50);", "user_profiles"),
    "statistics targets": (f"ALTER TABLE {_PROFILES} ALTER display_name SET STATISTICS 7;", "display_name"),
    "replica identity": (f"ALTER TABLE {_PROFILES} REPLICA IDENTITY FULL;", "user_profiles"),
    "an unlogged table": (f"ALTER TABLE {_STATES} SET UNLOGGED;", "user_engagement_states"),
    "forced row level security": (f"ALTER TABLE {_PROFILES} FORCE ROW LEVEL SECURITY;", "user_profiles"),
    "a publication": ("CREATE PUBLICATION more;", "publication more"),
    "an owner": (as_superuser(f"ALTER TABLE {_STATES} OWNER TO service_role"), "user_engagement_states"),
    # Privileges and roles.
    "a table for anon": (f"GRANT SELECT ON {_QUEUE} TO anon;", "anon"),
    "a column for anon": (f"GRANT SELECT (status) ON {_QUEUE} TO anon;", "anon"),
    "an existing table for anon": (f"GRANT SELECT ON {_PROFILES} TO anon;", "anon"),
    "a revoked privilege": (f"REVOKE DELETE ON {_PROFILES} FROM authenticated;", "authenticated"),
    "a GRANT OPTION": (f"GRANT SELECT ON {_STATES} TO authenticated WITH GRANT OPTION;", "authenticated"),
    "CREATE on the schema": (
        as_superuser("GRANT CREATE ON SCHEMA public TO authenticated"),
        "schema public grants CREATE",
    ),
    "USAGE on the schema revoked": (as_superuser("REVOKE USAGE ON SCHEMA public FROM anon"), "schema public"),
    "default privileges": (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT TRUNCATE ON TABLES TO anon;",
        "TRUNCATE",
    ),
    "CREATE on the database": (
        as_superuser(
            "DO $do$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO anon', current_database()); END $do$"
        ),
        "database grants CREATE to anon",
    ),
    "a role": (as_superuser("CREATE ROLE planted_role"), "role planted_role is new"),
    "a role if it is missing": (
        as_superuser(
            "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planted_again')"
            " THEN CREATE ROLE planted_again LOGIN; END IF; END $do$"
        ),
        "role planted_again is new",
    ),
    "a membership": (as_superuser("GRANT service_role TO anon"), "service_role"),
    "an attribute of a role": (as_superuser("ALTER ROLE authenticated BYPASSRLS"), "authenticated"),
    "a setting of a role": (as_superuser("ALTER ROLE anon SET statement_timeout = 0"), "anon"),
    "a setting of the database": (
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 4096', current_database()); END $$;",
        "work_mem",
    ),
    # Rows.
    "old rows deleted": (
        f"DELETE FROM {_PROFILES} WHERE created_at < now() - interval '1 day';",
        "public.user_profiles",
    ),
    "recent rows deleted": (
        f"DELETE FROM {_PROFILES} WHERE created_at > now() - interval '1 hour';",
        "public.user_profiles",
    ),
    "rows without a name deleted": (
        f"DELETE FROM {_PROFILES} WHERE display_name IS NULL;",
        "public.user_profiles",
    ),
    "rows with a name deleted": (
        f"DELETE FROM {_PROFILES} WHERE display_name IS NOT NULL;",
        "public.user_profiles",
    ),
    "all rows deleted": (f"TRUNCATE {_PROFILES};", "public.user_profiles"),
    "rows updated": (f"UPDATE {_PROFILES} SET display_name = upper(display_name);", "public.user_profiles"),
    "NULL filled in": (
        f"UPDATE {_PROFILES} SET display_name = '' WHERE display_name IS NULL;",
        "public.user_profiles",
    ),
    "a new column filled in": (f"UPDATE {_PROFILES} SET onboarding_tier = 1;", "public.user_profiles"),
    "rows inserted": (
        f"INSERT INTO {_STATES} (user_id) SELECT user_id FROM {_PROFILES};",
        "user_engagement_states",
    ),
    "no row found": (f"DELETE FROM {_PROFILES} WHERE display_name = 'nobody is called so';", "DELETE"),
    "users deleted": ("DELETE FROM auth.users WHERE is_anonymous;", "auth.users"),
    "rows deleted by a function": (
        (
            f"CREATE FUNCTION pg_temp.sweep() RETURNS void LANGUAGE sql AS 'DELETE FROM {_PROFILES}';"
            " SELECT pg_temp.sweep(); DROP FUNCTION pg_temp.sweep();"
        ),
        "public.user_profiles",
    ),
    # The session.
    "a setting": ("SET work_mem = '64MB';", "work_mem"),
    "a search_path": ("SET search_path = auth, public;", "search_path"),
    "triggers that stay disabled": ("SET session_replication_role = replica;", "session_replication_role"),
    "no lock_timeout": (
        "SET lock_timeout = 0; COMMENT ON TABLE public.user_engagement_states IS NULL;",
        "without lock_timeout",
    ),
    "another lock_timeout": ("SET lock_timeout = '50s'; SELECT 1;", "lock_timeout"),
    "another statement_timeout": ("SET statement_timeout = '1h'; SELECT 1;", "statement_timeout"),
    "a role of the session": ("SET ROLE service_role;", "service_role"),
    "a temporary table": ("CREATE TEMPORARY TABLE scrap (a integer);", "temporary table scrap"),
    "a prepared statement": ("PREPARE scrap AS SELECT 1;", "prepared statement scrap"),
    "LISTEN": ("LISTEN scrap;", "LISTEN"),
    "an advisory lock": ("SELECT pg_advisory_lock(7);", "advisory lock"),
    "a cursor": ("DECLARE scrap CURSOR WITH HOLD FOR SELECT 1;", "cursor scrap"),
    "claims of a request": ("SELECT set_config('request.jwt.claims', '{}', false);", "request.jwt.claims"),
}

# Operators on statements.
_MUTANTS: Final = {
    "matches": (
        f"type changed: {_STATES}, remind_at",
        f"default changed: {_STATES}, state",
        f"action left out: {_STATES}, ON DELETE CASCADE",
        "statement left out: user_engagement_states_state_idx, create index",
        "WHERE left out: engagement_message_queue_status_idx",
        "UNIQUE added: engagement_message_queue_user_id_idx",
        f"revoked role left out: {_QUEUE}, anon",
        f"privilege added: {_STATES}, authenticated TRUNCATE",
        f"comment changed: table {_QUEUE}",
        f"statement left out: column {_STATES}.state, comment on",
        f"policy made restrictive: authenticated_select_own of {_STATES}",
    ),
    "constraints": (
        f"constraint left out: {_STATES}, user_engagement_states_user_id_key",
        f"constraint left out: {_STATES}, user_engagement_states_pkey",
        f"constraint left out: {_STATES}, user_engagement_states_user_id_fkey",
        f"constraint left out: {_QUEUE}, engagement_message_queue_retry_count_check",
        f"action changed: {_STATES}, ON DELETE CASCADE RESTRICT",
        f"list member left out: {_STATES}, state 'dormant'",
        f"list member added: {_QUEUE}, status",
        f"IN negated: {_QUEUE}, destination",
        f"comparison changed: {_QUEUE}, >=",
        f"number changed: {_PROFILES}, and 3 +1",
        f"BETWEEN negated: {_PROFILES}, onboarding_tier",
        f"NOT NULL left out: {_QUEUE}, message_key",
        f"NOT NULL added: {_QUEUE}, sent_at",
        f"default left out: {_QUEUE}, status",
        f"default changed: {_STATES}, id",
    ),
    "triggers": tuple(
        f"{operator} of public.user_engagement_states{detail}".replace(
            " of ", ": update_user_engagement_states_updated_at of ", 1
        )
        for operator, detail in (
            ("trigger timing changed", ", before"),
            ("trigger event changed", ", update INSERT instead"),
            ("trigger event changed", ", update INSERT too"),
            ("trigger event changed", ", update DELETE too"),
            ("trigger level changed", ""),
            ("trigger condition always false", ""),
            ("statement left out", ", create or"),
        )
    ),
    "idempotent": (
        f"IF NOT EXISTS left out: {_QUEUE}",
        "IF NOT EXISTS left out: user_engagement_states_state_idx",
        f"IF NOT EXISTS left out: {_PROFILES}, magic_moment_at",
        f"OR REPLACE left out: update_user_engagement_states_updated_at of {_STATES}",
    ),
    "resumable": (
        f"IF NOT EXISTS left out: {_LOG}",
        "IF NOT EXISTS left out: engagement_message_queue_user_id_idx",
        f"IF NOT EXISTS left out: {_PROFILES}, onboarding_tier",
    ),
    "locks": (
        f"NOT VALID left out: {_PROFILES}, user_profiles_onboarding_tier_check",
        f"NOT VALID left out: {_PROFILES}, user_profiles_preferred_destination_check",
        f"type changed: {_PROFILES}, onboarding_tier",
    ),
    "access": (
        f"condition made constant: authenticated_select_own of {_STATES}, using",
        f"condition negated: authenticated_select_own of {_STATES}, using",
        f"command changed: authenticated_select_own of {_STATES}, DELETE",
        f"policy roles changed: authenticated_select_own of {_STATES}, anon",
        f"policy made restrictive: authenticated_select_own of {_STATES}",
        f"row level security changed: {_STATES}, DISABLE",
        f"grantee changed: {_STATES}, authenticated anon too",
        f"privilege added: {_STATES}, authenticated INSERT",
        f"privilege left out: {_QUEUE}, service_role DELETE",
        # Only projects with the older default privileges give these to client roles.
        f"revoked role left out: {_QUEUE}, anon",
        f"statement left out: {_STATES}, revoke all",
    ),
}

_ACCESS: Final = {
    "state of published rows": (f"{_POLICY} ({_OWN} OR state = 'dormant');", "whose state is 'dormant'"),
    "goodbyes that were sent": (
        f"{_POLICY} ({_OWN} OR goodbye_sent_at IS NOT NULL);",
        "whose goodbye_sent_at",
    ),
    "inactive users": (
        f"{_POLICY} ({_OWN} OR last_activity_at < now() - interval '14 days');",
        "whose last_activity_at",
    ),
    "active users only": (f"{_POLICY} ({_OWN} AND state <> 'dormant');", "cannot read its own row"),
    "anonymous sign-ins": (
        f"{_POLICY} ({_OWN} OR (auth.jwt() ->> 'is_anonymous')::boolean);",
        "is_anonymous",
    ),
    "user_metadata": (
        f"{_POLICY} ({_OWN} OR auth.jwt() -> 'user_metadata' ->> 'role' = 'admin');",
        "user_metadata",
    ),
    "a queue for users": (
        (
            f"CREATE POLICY more ON {_QUEUE} FOR SELECT TO authenticated USING ({_OWN});"
            f" GRANT SELECT ON {_QUEUE} TO authenticated;"
        ),
        "authenticated can read its own row in engagement_message_queue",
    ),
    "inserts into the log": (
        (
            f"CREATE POLICY more ON {_LOG} FOR INSERT TO authenticated WITH CHECK ({_OWN});"
            f" GRANT INSERT ON {_LOG} TO authenticated;"
        ),
        "authenticated can insert its own row",
    ),
    "a view on the queue": (
        f"CREATE VIEW public.leak AS SELECT * FROM {_QUEUE}; GRANT SELECT ON public.leak TO anon;",
        "view leak",
    ),
}

_IDEMPOTENT: Final = {
    "rows inserted again": f"INSERT INTO {_LOG} (user_id, from_state, to_state, trigger)"
    f" SELECT user_id, 'active', 'dormant', 'x' FROM {_PROFILES};",
    "a moment": f"UPDATE {_PROFILES} SET magic_moment_at = clock_timestamp();",
    "a counter": f"UPDATE {_PROFILES} SET onboarding_tier = least(onboarding_tier + 1, 3);",
    "an index built again": "DROP INDEX public.user_engagement_states_state_idx;"
    f" CREATE INDEX user_engagement_states_state_idx ON {_STATES} (state);",
    "a table rewritten": f"ALTER TABLE {_PROFILES} ALTER onboarding_tier TYPE integer USING onboarding_tier + 0;",
    "a warning": "DO $$ BEGIN IF EXISTS (SELECT FROM public.user_engagement_states)"
    " THEN RAISE WARNING 'rows'; END IF; END $$;",
    "a rename": f"ALTER TABLE {_PROFILES} RENAME display_name TO shown_name;",
    "a type without a guard": "CREATE TYPE public.more AS ENUM ('a');",
    "a negation": f"UPDATE {_PROFILES} SET reengagement_opt_out = NOT reengagement_opt_out;",
}

_RESUMABLE: Final = {
    "what an earlier statement found": (
        "CREATE TABLE IF NOT EXISTS public.progress (a integer PRIMARY KEY);"
        " DO $$ BEGIN IF NOT EXISTS (SELECT FROM public.progress) THEN"
        " INSERT INTO public.progress VALUES (1); END IF; END $$;"
        " INSERT INTO public.progress SELECT 2 WHERE (SELECT count(*) FROM public.progress) = 1;"
        " DELETE FROM public.progress WHERE a = 1;"
    ),
    "an index only of a new column": (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '{_PROFILES}'::regclass"
        f" AND attname = 'more') THEN ALTER TABLE {_PROFILES} ADD COLUMN more text;"
        " PERFORM set_config('planted.new', 'yes', false); END IF; END $$;"
        " DO $$ BEGIN IF current_setting('planted.new', true) = 'yes' THEN"
        f" CREATE INDEX IF NOT EXISTS more ON {_PROFILES} (more); END IF; END $$;"
    ),
    "a copy that is half done": (
        "CREATE TABLE IF NOT EXISTS public.copy (a uuid);"
        f" INSERT INTO public.copy SELECT id FROM {_PROFILES};"
        " INSERT INTO public.copy SELECT a FROM public.copy WHERE (SELECT count(*) FROM public.copy) <= 2;"
    ),
    "a statement that fails the second time": "CREATE SCHEMA planted;",
}

_NEVER_WEAKER: Final = {
    "row level security off for a moment": f"ALTER TABLE {_STATES} DISABLE ROW LEVEL SECURITY;"
    f" SELECT 1; ALTER TABLE {_STATES} ENABLE ROW LEVEL SECURITY;",
    "row level security of an existing table off": f"ALTER TABLE {_PROFILES} DISABLE ROW LEVEL SECURITY;"
    f" SELECT 1; ALTER TABLE {_PROFILES} ENABLE ROW LEVEL SECURITY;",
    "a privilege for a moment": f"GRANT INSERT ON {_LOG} TO service_role, authenticated;"
    f" CREATE POLICY more ON {_LOG} FOR INSERT TO authenticated WITH CHECK (true);"
    f" SELECT 1; DROP POLICY more ON {_LOG}; REVOKE INSERT ON {_LOG} FROM authenticated;",
    "a policy dropped for a moment": f"DROP POLICY authenticated_select_own ON {_STATES};"
    f" CREATE POLICY authenticated_select_own ON {_STATES} FOR SELECT TO authenticated USING ({_OWN});",
    "a policy widened for a moment": f"{_POLICY} (true); {_POLICY} ({_OWN});",
    "a policy for one kind of row for a moment": f"CREATE POLICY more ON {_STATES} FOR SELECT TO authenticated"
    f" USING (state = 'dormant'); SELECT 1; DROP POLICY more ON {_STATES};",
    "a restrictive policy dropped for a moment": f"CREATE POLICY more ON {_STATES} TO authenticated USING (true);"
    f" SELECT 1; DROP POLICY more ON {_STATES};",
    "a queue for anon for a moment": f"GRANT SELECT ON {_QUEUE} TO anon;"
    f" CREATE POLICY more ON {_QUEUE} FOR SELECT TO anon USING (true);"
    f" DROP POLICY more ON {_QUEUE}; REVOKE SELECT ON {_QUEUE} FROM anon;",
    "a role of everybody for a moment": as_superuser("ALTER ROLE authenticated BYPASSRLS")
    + as_superuser("ALTER ROLE authenticated NOBYPASSRLS"),
}

_LOCKS: Final = {
    "LOCK TABLE": f"DO $$ BEGIN LOCK TABLE {_PROFILES} IN ACCESS EXCLUSIVE MODE; END $$;",
    "LOCK TABLE auth.users": "LOCK TABLE auth.users IN SHARE MODE;",
    "an index that blocks writes": f"CREATE INDEX IF NOT EXISTS more ON {_PROFILES} (display_name);",
    "a rewrite": f"ALTER TABLE {_PROFILES} ALTER display_name TYPE varchar(9000);",
    "a volatile default": f"ALTER TABLE {_PROFILES} ADD COLUMN IF NOT EXISTS more uuid DEFAULT gen_random_uuid();",
    "a check with a scan": f"ALTER TABLE {_PROFILES} ADD CONSTRAINT more CHECK (id IS NOT NULL);",
    "a default": f"ALTER TABLE {_PROFILES} ALTER created_at SET DEFAULT clock_timestamp();",
    "a foreign key": f"ALTER TABLE {_PROFILES} ADD FOREIGN KEY (id) REFERENCES {_PROFILES};",
    "CLUSTER": f"CLUSTER {_PROFILES} USING user_profiles_pkey;",
    "REINDEX": f"REINDEX TABLE {_PROFILES};",
    "TRUNCATE": f"TRUNCATE {_PROFILES};",
}

_ROLLBACKS: Final = {
    "a table is kept": apply_mutant(f"statement left out: {_QUEUE}, drop table"),
    "a column is kept": append(f"ALTER TABLE {_PROFILES} ADD COLUMN onboarding_tier integer DEFAULT 0;"),
    "a table too many": append(f"DROP TABLE {_PROFILES};"),
    "a column too many": append(f"ALTER TABLE {_PROFILES} DROP COLUMN display_name;"),
    "an index too many": append(f"CREATE INDEX more ON {_PROFILES} (display_name);"),
    "rows deleted": append(f"DELETE FROM {_PROFILES};"),
    "rows updated": append(f"UPDATE {_PROFILES} SET display_name = NULL;"),
    "a privilege too few": append(f"REVOKE SELECT ON {_PROFILES} FROM authenticated;"),
    "a policy too few": append(f'DROP POLICY "Users can view own profile" ON {_PROFILES};'),
    "a trigger too few": append(f"DROP TRIGGER update_user_profiles_updated_at ON {_PROFILES};"),
    "a failing statement": append("DROP TABLE public.unknown;"),
    "data loss without a word": prepend(f"DROP TABLE IF EXISTS {_QUEUE};"),
    "a column lost without a word": prepend(
        f"ALTER TABLE {_PROFILES} DROP COLUMN IF EXISTS magic_moment_at;"
    ),
    "data loss always allowed": prepend("SET schema_dsl.allow_data_loss = 'on';"),
}
_AFTER_WITHOUT_ROLLBACK: Final = {
    # Definitions cannot declare these kinds, so the generated rollback does not restore them.
    "a conversion that stays": "DROP CONVERSION IF EXISTS public.more;"
    " CREATE CONVERSION public.more FOR 'LATIN1' TO 'UTF8' FROM pg_catalog.iso8859_1_to_utf8;",
    "a changed schema": "GRANT CREATE ON SCHEMA public TO authenticated;",
    "rows that stay lost": f"DELETE FROM {_PROFILES};",
}


def _change_column(name: str, **changes: object) -> Plant:
    def change(table: Table) -> Table:
        columns = [
            attrs.evolve(column, **changes) if column.name == name else column  # type: ignore[arg-type]
            for column in table.columns
        ]
        return attrs.evolve(table, columns=columns)

    return define({"engagement_message_queue": change}, migrated=False)


def _without_triggers(table: Table) -> Table:
    return attrs.evolve(
        table,
        triggers=[before_update(Function("update_updated_at_column"), name="another_name")],
    )


# Definitions that declare something else than the migration does.
_DEFINITIONS: Final[dict[str, tuple[str, Plant]]] = {
    "another type": ("matches", _change_column("retry_count", type=text, default=None, check=None)),
    "another comment": ("matches", _change_column("status", comment="Another comment.")),
    "a further index": (
        "matches",
        define(
            {"engagement_state_transitions": lambda table: attrs.evolve(table, indexes=[Index("to_state")])},
            migrated=False,
        ),
    ),
    "a further column": (
        "matches",
        define(
            {
                "user_profiles": lambda table: attrs.evolve(
                    table, columns=[*table.columns, Column("more", boolean)]
                )
            },
            migrated=False,
        ),
    ),
    "a further value": (
        "constraints",
        _change_column("status", check=one_of("pending", "sent", "failed", "cancelled", "lost")),
    ),
    "a value less": ("constraints", _change_column("status", check=one_of("pending", "sent", "failed"))),
    "NOT NULL": ("constraints", _change_column("error_message", not_null=True)),
    "NULL": ("constraints", _change_column("message_key", not_null=False)),
    "another default": ("constraints", _change_column("retry_count", default=3)),
    "unique": ("constraints", _change_column("destination_jid", unique=True)),
    "not unique": ("matches", _change_column("idempotency_key", unique=False)),
    "integers": ("matches", _change_column("message_key", type=integer)),
    "a trigger of another name": (
        "triggers",
        define({"user_engagement_states": _without_triggers}, migrated=False),
    ),
}


def list_faults() -> Iterator[Fault]:  # noqa: C901 - one loop for each list
    """Yield the faults of the engagement schema."""

    def build(proof: str, name: str, plant: Plant, says: str = "", **more: object) -> Fault:
        return Fault(name=name, schema=_SCHEMA, proof=proof, plant=plant, says=says, **more)  # type: ignore[arg-type]

    for name, plant in _APPLIES.items():
        yield build("applies", name, plant, is_alone=name == "a table is missing")
    for name, (statements, says) in _MATCHES.items():
        yield build("matches", name, after(statements), says, is_alone=name == "a comment")
    for proof, identities in _MUTANTS.items():
        for identity in identities:
            yield build(proof, identity, mutate(identity))
    for name, (statements, says) in _ACCESS.items():
        yield build("access", name, after(statements), says)
    for name, statements in _IDEMPOTENT.items():
        yield build("idempotent", name, after(statements), is_alone=name == "an index built again")
    for name, statements in _RESUMABLE.items():
        yield build("resumable", name, after(statements))
    for name, statements in _NEVER_WEAKER.items():
        yield build(
            "never weaker",
            name,
            after(statements),
            is_alone=name.startswith("a policy widened"),
        )
    for name, statements in _LOCKS.items():
        yield build("locks", name, after(statements), "takes", is_alone=name == "LOCK TABLE")
    for name, change in _ROLLBACKS.items():
        yield build("rollback", name, roll_back(change), is_alone=name == "a table is kept")
    for name, statements in _AFTER_WITHOUT_ROLLBACK.items():
        yield build("rollback", name, after(statements))
    for name, (proof, plant) in _DEFINITIONS.items():
        yield build(proof, f"definition: {name}", plant)
