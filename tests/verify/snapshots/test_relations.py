"""A snapshot reads again only the relations that were changed, and misses no change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pytest

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.owner import Ownership
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.verify.snapshots import relations
from schema_dsl.verify.snapshots.catalog import CatalogObject, ObjectState, snapshot_catalog
from schema_dsl.verify.snapshots.introspection import introspect_changed

SCHEMA: Final = """
    CREATE SCHEMA apart;
    CREATE TYPE apart.level AS ENUM ('low', 'high');
    CREATE TABLE listed (id integer);
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE DOMAIN positive AS integer CONSTRAINT above CHECK (VALUE > 0);
    CREATE TYPE pair AS (one integer, other integer);
    CREATE SEQUENCE numbers;
    CREATE FUNCTION twice(value integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN value * 2;
    CREATE TABLE parent (id integer PRIMARY KEY, mood mood DEFAULT 'good', size positive, tag text, level apart.level);
    CREATE TABLE child (
        id integer DEFAULT nextval('numbers'),
        parent integer CONSTRAINT child_of REFERENCES parent,
        size integer CHECK (twice(size) > 4),
        list listed[],
        pair pair
    );
    ALTER SEQUENCE numbers OWNED BY child.id;
    CREATE TABLE measured (at date NOT NULL, value integer CHECK (value > 0)) PARTITION BY RANGE (at);
    CREATE TABLE measured_2026 PARTITION OF measured
        FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (at);
    CREATE TABLE measured_first PARTITION OF measured_2026 FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
    CREATE TABLE above (value integer);
    CREATE TABLE below () INHERITS (above);
    CREATE TABLE lowest () INHERITS (below);
    CREATE INDEX by_twice ON parent (twice(id));
    CREATE VIEW shown AS SELECT p.id, c.size, p.mood FROM parent AS p INNER JOIN child AS c ON c.parent = p.id;
    CREATE VIEW shown_again AS SELECT id FROM shown;
    CREATE MATERIALIZED VIEW stored AS SELECT twice(id) FROM parent;
    CREATE POLICY readers ON child USING (EXISTS (SELECT FROM parent AS p WHERE p.id = child.parent));
    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER stamps BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION stamp();
    CREATE RULE ignored AS ON DELETE TO parent DO INSTEAD NOTHING;
    CREATE STATISTICS related ON id, mood FROM parent;
    CREATE PUBLICATION published FOR TABLE parent;
"""

CHANGES: Final[Mapping[str, Sequence[str]]] = {
    "a relation itself": (
        "ALTER TABLE child ADD COLUMN note text",
        "ALTER TABLE parent ALTER COLUMN tag SET DEFAULT 'x'",
        "ALTER TABLE parent ALTER COLUMN id SET STATISTICS 7",
        "ALTER INDEX by_twice ALTER COLUMN 1 SET STATISTICS 7",
        "ALTER TABLE parent SET (toast.autovacuum_enabled = off)",
        "ALTER TABLE child DISABLE TRIGGER ALL",
        "ALTER TABLE child ENABLE ROW LEVEL SECURITY",
        "GRANT SELECT (id) ON parent TO PUBLIC",
        "REVOKE ALL ON parent FROM CURRENT_USER",
        "COMMENT ON COLUMN parent.id IS 'a key'",
        "COMMENT ON CONSTRAINT child_of ON child IS 'of a parent'",
        "COMMENT ON POLICY readers ON child IS 'all'",
        "COMMENT ON INDEX by_twice IS 'of the double'",
        "COMMENT ON TRIGGER stamps ON parent IS 'the time'",
        "COMMENT ON RULE ignored ON parent IS 'nothing'",
        "COMMENT ON STATISTICS related IS 'of a key'",
        "DROP POLICY readers ON child",
        "DROP RULE ignored ON parent",
        "DROP STATISTICS related",
        "ALTER STATISTICS related SET STATISTICS 3",
        "ALTER SEQUENCE numbers OWNED BY NONE",
        "ALTER SEQUENCE numbers INCREMENT BY 2",
        "CLUSTER parent USING parent_pkey",
        "REINDEX TABLE parent",
        "TRUNCATE child",
        "ALTER TABLE parent REPLICA IDENTITY FULL",
        "REFRESH MATERIALIZED VIEW stored",
        "DROP TABLE child CASCADE",
    ),
    "what the SQL of another relation names": (
        "ALTER TABLE parent RENAME TO ancestor",
        "ALTER TABLE listed RENAME TO itemized",
        "ALTER TABLE parent RENAME COLUMN id TO key",
        "ALTER TABLE child RENAME COLUMN parent TO up",
        "ALTER VIEW shown RENAME COLUMN id TO key",
        "ALTER TABLE child ADD COLUMN mood mood",
        "ALTER SEQUENCE numbers RENAME TO digits",
        "ALTER FUNCTION twice(integer) RENAME TO doubled",
        "ALTER FUNCTION stamp() RENAME TO stamped",
        "ALTER TYPE mood RENAME TO temper",
        "ALTER TYPE mood RENAME VALUE 'good' TO 'fine'",
        "ALTER TYPE mood ADD VALUE 'other'",
        "ALTER TYPE pair RENAME TO couple",
        "ALTER TYPE pair RENAME ATTRIBUTE one TO first",
        "ALTER DOMAIN positive RENAME TO counted",
        "ALTER DOMAIN positive RENAME CONSTRAINT above TO over",
        "ALTER DOMAIN positive ADD CHECK (VALUE < 9)",
        "ALTER DOMAIN positive DROP CONSTRAINT above",
        "COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'more'",
        "ALTER SCHEMA apart RENAME TO distant",
        "ALTER TABLE parent SET SCHEMA apart",
        "ALTER TYPE mood SET SCHEMA apart",
        "ALTER FUNCTION twice(integer) SET SCHEMA apart",
        "DROP FUNCTION twice(integer) CASCADE",
    ),
    "a table above others": (
        "ALTER TABLE measured RENAME TO observed",
        "ALTER TABLE measured RENAME COLUMN value TO number",
        "ALTER TABLE measured RENAME CONSTRAINT measured_value_check TO positive_value",
        "ALTER TABLE measured_2026 DETACH PARTITION measured_first",
        "CREATE INDEX ON measured (value)",
        "ALTER TABLE above RENAME TO top",
        "ALTER TABLE above RENAME COLUMN value TO number",
        "ALTER TABLE above ADD COLUMN other text",
        "ALTER TABLE below NO INHERIT above",
    ),
    "the cluster and other objects": (
        "CREATE ROLE schema_dsl_new_reader; GRANT SELECT ON parent TO schema_dsl_new_reader",
        "ALTER PUBLICATION published DROP TABLE parent",
        "ALTER PUBLICATION published RENAME TO shared",
        "CREATE EXTENSION citext; ALTER TABLE parent ALTER COLUMN tag TYPE citext",
        "ALTER DATABASE {database} SET search_path = 'x'",
    ),
}


LIKE: Final = Catalog(
    {Identity("owner", "public", "", parent=Identity("table", "public", "parent")): Ownership("someone")}
)
"""A catalog with an owner, so that owners are read too."""


@pytest.fixture
def session(empty: Database) -> Iterator[Connection]:
    """A session of a superuser in a database with relations of each kind."""
    with contextlib.closing(empty.connect()) as connection:
        connection.execute(SCHEMA.encode())
        yield connection


def read(connection: Connection) -> Mapping[CatalogObject, ObjectState]:
    """Read a snapshot."""
    return snapshot_catalog(connection, cluster=False).objects


def read_all(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Mapping[CatalogObject, ObjectState]:
    """Read a snapshot without the rows of earlier ones."""
    with monkeypatch.context() as patch:
        patch.setattr(relations, "_KNOWN", [])
        return read(connection)


class TestChanges:
    """A snapshot after a change equals one that reads everything."""

    @pytest.mark.parametrize("subject", CHANGES)
    def test_each(self, session: Connection, monkeypatch: pytest.MonkeyPatch, subject: str) -> None:
        """A snapshot shows each change, and after its rollback the state before."""
        before = read(session)
        for change in CHANGES[subject]:
            with session.transaction(force_rollback=True):
                session.execute(change.format(database=session.info.dbname).encode())
                after = read(session)
                assert (change, read_all(session, monkeypatch)) == (change, after)
                assert before != after, change
            assert (change, before) == (change, read(session))
        assert before == read_all(session, monkeypatch)

    def test_one_after_another(self, session: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        """Changes of committed transactions and of savepoints do not hide each other."""
        for number in range(3):
            read(session)
            session.execute(f"ALTER TABLE child ADD COLUMN new_{number} integer".encode())
            with session.transaction():
                session.execute(f"COMMENT ON COLUMN child.new_{number} IS '{number}'".encode())
                with session.transaction(force_rollback=True):
                    session.execute(f"ALTER TABLE child RENAME new_{number} TO other".encode())
                    assert read_all(session, monkeypatch) == read(session)
                assert read_all(session, monkeypatch) == read(session)
            assert read_all(session, monkeypatch) == read(session)


class TestIntrospection:
    """An introspection after a change equals one that reads everything."""

    @pytest.mark.parametrize("subject", [*CHANGES, "the columns of sequences"])
    def test_each(self, session: Connection, subject: str) -> None:
        """An introspection shows each change, and after its rollback the state before."""
        session.execute(b"CREATE TABLE numbered (number integer GENERATED ALWAYS AS IDENTITY)")
        identity = (
            "ALTER TABLE numbered ALTER COLUMN number SET INCREMENT 2",
            "ALTER SEQUENCE numbered_number_seq CACHE 7",
        )
        before = introspect_changed(session, like=LIKE)
        for change in CHANGES.get(subject, identity):
            with session.transaction(force_rollback=True):
                session.execute(change.format(database=session.info.dbname).encode())
                after = introspect_changed(session, like=LIKE)
                assert (change, introspect(session, like=LIKE)) == (change, after)
                assert list(after.catalog.objects) == list(introspect(session, like=LIKE).catalog.objects)
                assert subject in CHANGES or before != after, change
            assert (change, before) == (change, introspect_changed(session, like=LIKE))

    def test_unchanged_objects(self, session: Connection) -> None:
        """The objects on a relation that did not change are the same ones, also if other kinds are read meanwhile."""
        before = introspect_changed(session).catalog.objects
        introspect_changed(session, like=LIKE)
        session.execute(b"COMMENT ON TABLE listed IS 'new'")
        session.execute(b"DISCARD ALL")
        after = introspect_changed(session).catalog.objects
        kept = [identity for identity in after if identity.relation == ("public", "measured")]
        assert len(kept) > 1
        former = {identity: identity for identity in before}
        assert all(identity is former[identity] and after[identity] is before[identity] for identity in kept)


class TestReading:
    """The number of relations that a snapshot reads."""

    @pytest.fixture
    def read_oids(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The number of the relations that snapshots read."""
        numbers: list[int] = []
        original = relations.read_relations

        def count(session, read, convert):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            def counted(oids):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
                numbers.append(len(oids))
                return read(oids)

            return original(session, counted, convert)

        monkeypatch.setattr("schema_dsl.verify.snapshots.catalog.read_relations", count)
        return numbers

    def test_an_equal_copy(self, server: Server, session: Connection, read_oids: list[int]) -> None:
        """No relation of a copy of a known database is read."""
        original = read(session)
        template = Database(session.info.dbname, server)
        session.close()
        read_oids.clear()
        with server.database(template=template) as copy, contextlib.closing(copy.connect()) as connection:
            found = read(connection)
        assert [] == read_oids
        assert (
            original[CatalogObject("table", "", "public.parent")]
            is found[CatalogObject("table", "", "public.parent")]
        )

    def test_a_new_schema(self, session: Connection, read_oids: list[int]) -> None:
        """A new schema with a function changes no relation."""
        read(session)
        read_oids.clear()
        session.execute("CREATE SCHEMA further; CREATE FUNCTION further.f() RETURNS int RETURN 1")
        read(session)
        assert [] == read_oids

    def test_a_changed_copy(self, session: Connection, read_oids: list[int]) -> None:
        """Of a changed database, only the changed relation and those that refer to it are read."""
        read(session)
        read_oids.clear()
        session.execute("COMMENT ON TABLE above IS 'all'")
        read(session)
        assert [3] == read_oids
