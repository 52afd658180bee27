"""Supabase: the roles, the auth schema, and helpers for common policies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from schema_dsl.model.column import Column
from schema_dsl.model.function import Function
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.type import Type, boolean, jsonb, text, timestamptz, uuid
from schema_dsl.platforms.platform import CallerSetting, Platform, ServerRole
from schema_dsl.platforms.supabase.policies import owner_may, service_role_may

__all__ = ["PLATFORM", "auth_users", "owner_may", "service_role_may"]

_HERE: Final = Path(__file__).parent
_REQUEST_ROLES: Final = ("anon", "authenticated", "service_role")
# The parameters of PostgREST that migrations set for the role authenticator.
_API_PARAMETERS: Final = (
    *(
        "db_aggregates_enabled",
        "db_anon_role",
        "db_extra_search_path",
        "db_hoisted_tx_settings",
        "db_max_rows",
    ),
    *(
        "db_plan_enabled",
        "db_pre_request",
        "db_root_spec",
        "db_schemas",
        "db_tx_end",
        "jwt_aud",
        "jwt_secret",
    ),
    *("jwt_role_claim_key", "openapi_mode", "server_cors_allowed_origins", "server_timing_enabled"),
)

auth_users: Final = Table(
    "users",
    schema="auth",
    existing=[
        Column("instance_id", uuid),
        Column("id", uuid, primary_key=True),
        Column("aud", Type("varchar(255)")),
        Column("role", Type("varchar(255)")),
        Column("email", Type("varchar(255)")),
        Column("encrypted_password", Type("varchar(255)")),
        Column("email_confirmed_at", timestamptz),
        Column("last_sign_in_at", timestamptz),
        Column("raw_app_meta_data", jsonb),
        Column("raw_user_meta_data", jsonb),
        Column("is_super_admin", boolean),
        Column("created_at", timestamptz),
        Column("updated_at", timestamptz),
        Column("phone", text),
        Column("banned_until", timestamptz),
        Column("deleted_at", timestamptz),
        Column("is_anonymous", boolean, not_null=True),
    ],
)

PLATFORM: Final = Platform(
    name="supabase",
    tables=(auth_users,),
    functions=(
        Function("uid", schema="auth", returns="uuid"),
        Function("role", schema="auth", returns="text"),
        Function("email", schema="auth", returns="text"),
        Function("jwt", schema="auth", returns="jsonb"),
    ),
    roles=(
        Role("anon"),
        Role("authenticated"),
        Role("service_role", bypasses_row_security=True),
        Role("authenticator", client=False),
        Role("postgres", bypasses_row_security=True, client=False),
        Role("supabase_admin", bypasses_row_security=True, client=False),
        Role("supabase_auth_admin", client=False),
        Role("supabase_storage_admin", client=False),
        Role("supabase_realtime_admin", client=False),
    ),
    server_roles=(
        ServerRole("anon", ("NOLOGIN", "NOINHERIT")),
        ServerRole("authenticated", ("NOLOGIN", "NOINHERIT")),
        ServerRole("service_role", ("NOLOGIN", "NOINHERIT", "BYPASSRLS")),
        ServerRole("authenticator", ("LOGIN", "NOINHERIT"), _REQUEST_ROLES),
        ServerRole("supabase_auth_admin", ("NOLOGIN", "NOINHERIT", "CREATEROLE")),
        ServerRole("supabase_storage_admin", ("NOLOGIN", "NOINHERIT")),
        ServerRole("supabase_realtime_admin", ("NOLOGIN", "NOINHERIT")),
        ServerRole(
            "postgres",
            ("LOGIN", "CREATEDB", "CREATEROLE", "BYPASSRLS"),
            _REQUEST_ROLES,
            administers=(*_REQUEST_ROLES, "authenticator"),
            parameters=("session_replication_role", *(f"pgrst.{name}" for name in _API_PARAMETERS)),
        ),
    ),
    baseline=_HERE / "baseline.sql",
    owner="postgres",
    login="authenticator",
    default_privileges={
        "new": _HERE / "default_privileges_new.sql",
        "old": _HERE / "default_privileges_old.sql",
    },
    # Since then, client roles of a new project have no privileges on new tables.
    default_privileges_until={"old": 20261001000000},
    caller=CallerSetting("request.jwt.claims", "sub"),
    users=("auth", "users"),
    search_path=("$user", "public", "extensions"),
    owned={
        "schema": frozenset(
            {
                "_analytics",
                "_realtime",
                "_supavisor",
                "auth",
                "cron",
                "extensions",
                "graphql",
                "graphql_public",
                "net",
                "pgbouncer",
                "pgmq",
                "pgsodium",
                "pgsodium_masks",
                "pgtle",
                "realtime",
                "repack",
                "storage",
                "supabase_functions",
                "supabase_migrations",
                "vault",
            }
        ),
        # The extensions of a new project.
        "extension": frozenset(
            {
                "pg_graphql",
                "pg_stat_statements",
                "pgcrypto",
                "pgjwt",
                "plpgsql",
                "supabase_vault",
                "uuid-ossp",
            }
        ),
        "publication": frozenset({"supabase_realtime", "supabase_realtime_messages_publication"}),
        "event_trigger": frozenset(
            {
                "issue_graphql_placeholder",
                "issue_pg_cron_access",
                "issue_pg_graphql_access",
                "issue_pg_net_access",
                "pgrst_ddl_watch",
                "pgrst_drop_watch",
                "schema_dsl_lend_tables",
                "schema_dsl_take_tables_back",
            }
        ),
    },
)
