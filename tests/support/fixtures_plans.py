"""Fixtures that apply plans to a database as an owner who is not a superuser, and read the resulting state."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs
import pytest
from specimen_objects import OWN_ROLES
from specimen_parts import OWNER, ROLES
from specimens import SUPERUSER_CHANGES

from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.plan import Plan
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.render import Header, render
from schema_dsl.sql import identifier

State: TypeAlias = dict[str, list[tuple[Any, ...]]]

HEADER = Header(file="001_x.sql", title="Title", purpose="Purpose.", date="2026-01-01", definitions="0" * 16)

# Queries for everything that a plan can change, except the order of columns.
_STATE_QUERIES = {
    "tables": "SELECT oid::regclass::text, relrowsecurity, relforcerowsecurity, obj_description(oid, 'pg_class'),"
    " ARRAY(SELECT acl::text FROM unnest(coalesce(relacl, acldefault('r', relowner))) AS acl ORDER BY 1)"
    " FROM pg_class WHERE relkind = 'r' AND {mine}",
    "columns": "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,"
    " attgenerated, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum),"
    " ARRAY(SELECT acl::text FROM unnest(attacl) AS acl ORDER BY 1)"
    " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
    " WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND {mine}",
    # Postgres numbers the copies of a foreign key for the partitions of its target in the order of their creation.
    "constraints": "SELECT conrelid::regclass::text, CASE WHEN EXISTS (SELECT FROM pg_constraint AS up"
    " WHERE up.oid = pg_constraint.conparentid AND up.confrelid <> pg_constraint.confrelid)"
    " THEN confrelid::regclass::text ELSE conname END, convalidated, pg_get_constraintdef(pg_constraint.oid),"
    " obj_description(pg_constraint.oid, 'pg_constraint')"
    " FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE contype <> 'n' AND {mine}",
    "indexes": "SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid,"
    " obj_description(indexrelid, 'pg_class')"
    " FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE {mine}",
    "policies": "SELECT polrelid::regclass::text, polname, polcmd, polpermissive,"
    " ARRAY(SELECT role::regrole::text FROM unnest(polroles) AS role ORDER BY 1),"
    " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(pg_policy.oid, 'pg_policy')"
    " FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE {mine}",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid),"
    " obj_description(pg_trigger.oid, 'pg_trigger')"
    " FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND {mine}",
    "enums": "SELECT oid::regtype::text, obj_description(oid, 'pg_type'),"
    " ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = pg_type.oid ORDER BY enumsortorder)"
    " FROM pg_type WHERE typtype = 'e' AND {mine_type}",
    "domains": "SELECT pg_type.oid::regtype::text, obj_description(pg_type.oid, 'pg_type'), typnotnull, typdefault,"
    " format_type(typbasetype, typtypmod), ARRAY(SELECT conname || pg_get_constraintdef(pg_constraint.oid)"
    " FROM pg_constraint WHERE contypid = pg_type.oid AND contype = 'c' ORDER BY 1)"
    " FROM pg_type WHERE typtype = 'd' AND {mine_type}",
    "routines": "SELECT oid::regprocedure::text, obj_description(oid, 'pg_proc'), pg_get_functiondef(oid),"
    " ARRAY(SELECT acl::text FROM unnest(coalesce(proacl, acldefault('f', proowner))) AS acl ORDER BY 1)"
    " FROM pg_proc WHERE prokind <> 'a' AND {mine_routine}",
    "composites": "SELECT pg_type.oid::regtype::text, obj_description(pg_type.oid, 'pg_type'),"
    " ARRAY(SELECT attname || format_type(atttypid, atttypmod) FROM pg_attribute"
    " WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)"
    " FROM pg_type JOIN pg_class ON pg_class.oid = typrelid AND relkind = 'c' WHERE {mine_type}",
    "ranges": "SELECT pg_type.oid::regtype::text, obj_description(pg_type.oid, 'pg_type'), rngsubtype::regtype::text,"
    " rngsubdiff::text, rngmultitypid::regtype::text FROM pg_type JOIN pg_range ON rngtypid = oid WHERE {mine_type}",
    "statistics": "SELECT stxname, pg_get_statisticsobjdef(oid), coalesce(stxstattarget, -1),"
    " obj_description(oid, 'pg_statistic_ext') FROM pg_statistic_ext",
    "publications": "SELECT pubname, (to_jsonb(p) - 'oid')::text, obj_description(oid, 'pg_publication'), ARRAY("
    "SELECT pg_get_expr(prqual, prrelid) || prrelid::regclass || prattrs::text FROM pg_publication_rel"
    " WHERE prpubid = p.oid ORDER BY 1) FROM pg_publication AS p",
    "aggregates": "SELECT oid::regprocedure::text, obj_description(oid, 'pg_proc'), prorettype::regtype::text,"
    " proparallel, (to_jsonb(g) - '{{aggfnoid,aggsortop,aggtranstype,aggmtranstype}}'::text[])::text,"
    " aggsortop::regoperator::text, aggtranstype::regtype::text, aggmtranstype::regtype::text, ARRAY(SELECT acl::text"
    " FROM unnest(coalesce(proacl, acldefault('f', proowner))) AS acl ORDER BY 1)"
    " FROM pg_proc JOIN pg_aggregate AS g ON aggfnoid = pg_proc.oid WHERE {mine_routine}",
    "casts": "SELECT castsource::regtype::text, casttarget::regtype::text, castfunc::regprocedure::text, castcontext,"
    " castmethod, obj_description(oid, 'pg_cast') FROM pg_cast WHERE oid >= 16384",
    "collations": "SELECT collname, collprovider, collcollate, collctype, obj_description(oid, 'pg_collation')"
    " FROM pg_collation WHERE oid >= 16384",
    "text search": "SELECT cfgname, obj_description(c.oid, 'pg_ts_config'), maptokentype, mapseqno, dictname,"
    " dictinitoption, obj_description(d.oid, 'pg_ts_dict') FROM pg_ts_config AS c"
    " JOIN pg_ts_config_map ON mapcfg = c.oid JOIN pg_ts_dict AS d ON d.oid = mapdict WHERE c.oid >= 16384",
    "operators": "SELECT oid::regoperator::text, oprcode::text, oprcom::regoperator::text,"
    " oprnegate::regoperator::text, oprrest::text, oprjoin::text, oprcanhash, oprcanmerge,"
    " obj_description(oid, 'pg_operator') FROM pg_operator WHERE oid >= 16384",
    "foreign data": "SELECT fdwname, fdwvalidator::regproc::text, fdwacl::text,"
    " obj_description(w.oid, 'pg_foreign_data_wrapper'), srvname, srvtype, srvversion,"
    " obj_description(s.oid, 'pg_foreign_server'), ARRAY(SELECT o.x || ' ' || unnest(o.options) FROM ("
    "SELECT 'w', fdwoptions UNION ALL SELECT 's', srvoptions"
    " UNION ALL SELECT m.usename, m.umoptions FROM pg_user_mappings AS m WHERE srvid = s.oid"
    " UNION ALL SELECT ftrelid::regclass::text, ftoptions FROM pg_foreign_table WHERE ftserver = s.oid"
    ") AS o (x, options) ORDER BY 1) FROM pg_foreign_data_wrapper AS w"
    " LEFT JOIN pg_foreign_server AS s ON srvfdw = w.oid",
    "event triggers": "SELECT evtname, evtevent, evtfoid::regproc::text, evtenabled, evttags,"
    " obj_description(oid, 'pg_event_trigger') FROM pg_event_trigger",
    "roles": "SELECT rolname, to_jsonb(r) - '{{oid,rolpassword}}'::text[], shobj_description(r.oid, 'pg_authid'),"
    " ARRAY(SELECT roleid::regrole::text || admin_option FROM pg_auth_members WHERE member = r.oid ORDER BY 1)"
    f" FROM pg_roles AS r WHERE rolname LIKE 'dsl % {OWN_ROLES}'",
    # The first temporary table creates two schemas for all sessions.
    "schemas": "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace"
    " WHERE nspname NOT LIKE 'pg\\_temp\\_%%' AND nspname NOT LIKE 'pg\\_toast\\_temp\\_%%'",
    "extensions": "SELECT extname, extnamespace::regnamespace::text, extversion, obj_description(oid, 'pg_extension')"
    " FROM pg_extension",
    "default privileges": "SELECT defaclrole::regrole::text, defaclnamespace::regnamespace::text, defaclobjtype,"
    " ARRAY(SELECT acl::text FROM unnest(defaclacl) AS acl ORDER BY 1) FROM pg_default_acl",
    "sequences": "SELECT c.oid::regclass::text, (to_jsonb(s) - 'seqrelid')::text, relpersistence,"
    " obj_description(c.oid, 'pg_class'), (SELECT refobjid::regclass || '.' || refobjsubid"
    " FROM pg_depend WHERE objid = c.oid AND deptype = 'a')"
    " FROM pg_class AS c JOIN pg_sequence AS s ON seqrelid = c.oid WHERE {mine}",
}
_MINE = "relnamespace IN ('public'::regnamespace, 's\"x'::regnamespace)"
_FILTERS = {
    "mine": _MINE,
    "mine_type": _MINE.replace("rel", "typ"),
    "mine_routine": _MINE.replace("rel", "pro"),
}
# To plan the queries takes longer than to run them, and a test reads the state several times.
_PREPARE = ";".join(
    f"PREPARE state_{number} AS {query.format(**_FILTERS)}"
    for number, query in enumerate(_STATE_QUERIES.values())
).encode()
_READ_STATE = ";".join(f"EXECUTE state_{number}" for number in range(len(_STATE_QUERIES))).encode()

_WORLD = """
    CREATE SCHEMA "s""x" AUTHORIZATION {owner};
    GRANT ALL ON SCHEMA public TO {owner};
    DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {owner}', current_database()); END $$;
    CREATE TYPE public.feeling AS ENUM ('ok', 'bad');
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION public."o""ther"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    -- Plans must revoke the privileges that these default privileges grant.
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO PUBLIC;
"""


@attrs.frozen
class World:
    """A session of the owner in a fresh database."""

    connection: Connection
    database: Database

    def state(self) -> State:
        """Read the state of the database."""
        cursor = self.connection.execute(_READ_STATE)
        found = {}
        for name in _STATE_QUERIES:
            found[name] = sorted(cursor.fetchall(), key=repr)
            cursor.nextset()
        return found

    def act_for(self, change: str) -> None:
        """Act as the owner, or as the superuser if only that role may carry out a change of the specimens."""
        role = "DEFAULT" if change in SUPERUSER_CHANGES else OWNER
        self.connection.execute(f"SET SESSION AUTHORIZATION {role}".encode())

    def begin(self, *wanted: Catalog) -> State:
        """Return the initial state, and allow data loss if a catalog uses FORCE ROW LEVEL SECURITY."""
        self.allow_losses(*wanted)
        return self.state()

    def allow_losses(self, *wanted: Catalog) -> None:
        """Allow data loss if a catalog uses FORCE ROW LEVEL SECURITY."""
        if any(
            getattr(item, "force_row_security", None)
            for catalog in wanted
            for item in catalog.objects.values()
        ):
            # Policies may hide rows from the owner, so the data-loss check with row_security = off would fail.
            self.connection.execute("SET schema_dsl.allow_data_loss = 'on'")

    def restart(self) -> None:
        """Become the owner with the settings of a new session, outside a transaction."""
        self.connection.rollback()
        self.connection.execute("RESET SESSION AUTHORIZATION; RESET ALL")
        self.connection.execute(f"SET SESSION AUTHORIZATION {OWNER}".encode())
        self.connection.execute("SET client_min_messages = warning")

    def run(self, text: str) -> None:
        """Run a migration statement by statement."""
        for statement in split(text).statements:
            assert statement.problem is None, statement
            self.connection.execute(statement.text.encode())

    def carry_out(self, plan: Plan, wanted: Catalog) -> None:
        """Render a plan and run it."""
        self.run(render(plan, wanted, HEADER))


@pytest.fixture(scope="session")
def roles(server: Server) -> Iterator[None]:
    """Create the roles of the specimens."""
    with contextlib.closing(server.connect()) as connection:
        names = [identifier(role.name) for role in ROLES]
        for name in names:
            connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        yield
        for name in names:
            connection.execute(f"DROP ROLE {name}".encode())


@contextlib.contextmanager
def open_world(server: Server) -> Iterator[World]:
    """Open a session of the owner in a fresh database."""
    with server.database() as database:
        with contextlib.closing(database.connect()) as connection:
            connection.execute(_WORLD.format(owner=OWNER).encode())
        with contextlib.closing(database.connect()) as connection:
            # After a ROLLBACK, psycopg would drop all prepared statements, not only its own.
            connection.prepare_threshold = None
            connection.execute(_PREPARE)
            connection.execute(f"SET SESSION AUTHORIZATION {OWNER}".encode())
            connection.execute("SET client_min_messages = warning")
            yield World(connection, database)


@pytest.fixture
def world(server: Server, roles: None) -> Iterator[World]:
    """A session of the owner in a fresh database."""
    del roles
    with open_world(server) as world:
        yield world
