"""The locks, scans and rewrites of statements agree with a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import pytest
from table_locks import ObservedEffect, observe_script

from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.locks import LockMode
from schema_dsl.parsing import split
from schema_dsl.postgres import Connection, provider

SETUP = """
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, b int REFERENCES u, c text);
INSERT INTO u VALUES (1), (2);
INSERT INTO t VALUES (1, 1, 1, 'a'), (2, 2, 2, 'b');
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES u NOT VALID;
CREATE UNIQUE INDEX t_a ON t (a);
CREATE POLICY p ON t USING (true);
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON INSERT TO u DO ALSO NOTHING;
CREATE STATISTICS st ON a, b FROM t;
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;
CREATE UNIQUE INDEX m_x ON m (x);
CREATE SEQUENCE s;
CREATE TABLE pt (a int) PARTITION BY LIST (a);
CREATE TABLE p3 (a int);
CREATE TABLE p4 PARTITION OF pt FOR VALUES IN (4);
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
CREATE PUBLICATION pub FOR TABLE u;
"""
# CONCURRENTLY, VACUUM and CLUSTER of all tables do not run in the transaction that shows the locks.
STATEMENTS = """
ALTER TABLE t ADD COLUMN z int
ALTER TABLE t ADD COLUMN z int DEFAULT 1
ALTER TABLE t ADD COLUMN z float DEFAULT random()
ALTER TABLE t ADD COLUMN z serial
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS IDENTITY
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a + 1) STORED
ALTER TABLE t ADD COLUMN z int UNIQUE
ALTER TABLE t ADD COLUMN z int CHECK (z > 0)
ALTER TABLE t ADD COLUMN z int REFERENCES u
ALTER TABLE t ADD COLUMN z int DEFAULT 1 REFERENCES u
ALTER TABLE t ADD COLUMN z int, ALTER a SET STATISTICS 10
ALTER TABLE t DROP COLUMN c
ALTER TABLE t ALTER c TYPE varchar(9)
ALTER TABLE t ALTER a SET DEFAULT 1
ALTER TABLE t ALTER a SET NOT NULL
ALTER TABLE t ALTER a DROP NOT NULL
ALTER TABLE t ALTER a SET STATISTICS 10
ALTER TABLE t ALTER a SET (n_distinct = 5)
ALTER TABLE t ALTER a RESET (n_distinct)
ALTER TABLE t ALTER a SET STORAGE plain
ALTER TABLE t ALTER c SET COMPRESSION pglz
ALTER TABLE t ADD CHECK (a > 0)
ALTER TABLE t ADD CHECK (a > 0) NOT VALID
ALTER TABLE t ADD CONSTRAINT k UNIQUE (a)
ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX t_a
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID
ALTER TABLE t ADD EXCLUDE (a WITH =)
ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE
ALTER TABLE t VALIDATE CONSTRAINT c
ALTER TABLE t DROP CONSTRAINT c
ALTER TABLE t SET (fillfactor = 70)
ALTER TABLE t RESET (fillfactor)
ALTER TABLE t CLUSTER ON t_pkey
ALTER TABLE t SET WITHOUT CLUSTER
ALTER TABLE t SET UNLOGGED
ALTER TABLE t REPLICA IDENTITY FULL
ALTER TABLE t OWNER TO current_user
ALTER TABLE t ENABLE ROW LEVEL SECURITY
ALTER TABLE t DISABLE TRIGGER g
ALTER TABLE t ENABLE TRIGGER USER
ALTER TABLE t ENABLE ALWAYS TRIGGER g
ALTER TABLE u DISABLE RULE r
ALTER TABLE t INHERIT parent
ALTER TABLE child NO INHERIT parent
ALTER TABLE pt ATTACH PARTITION p3 FOR VALUES IN (3)
ALTER TABLE pt DETACH PARTITION p4
ALTER VIEW v SET (security_invoker = true)
ALTER VIEW v RESET (security_barrier)
ALTER VIEW v ALTER id SET DEFAULT 1
ALTER TABLE t RENAME COLUMN c TO d
ALTER TABLE t RENAME CONSTRAINT c TO d
ALTER TABLE parent RENAME TO other
ALTER TRIGGER g ON t RENAME TO h
ALTER POLICY p ON t RENAME TO q
ALTER POLICY p ON t USING (false)
ALTER INDEX t_a RENAME TO t_b
ALTER SEQUENCE s RESTART
CREATE INDEX ON t (a)
CREATE TABLE p5 PARTITION OF pt FOR VALUES IN (5)
CREATE TABLE other () INHERITS (parent)
CREATE TABLE other (LIKE t)
CREATE TABLE other (a int REFERENCES u)
CREATE TABLE other AS SELECT * FROM t
CREATE OR REPLACE VIEW v AS SELECT id FROM t
CREATE POLICY q ON t USING (true)
CREATE RULE q AS ON INSERT TO t DO NOTHING
CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()
CREATE OR REPLACE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()
CREATE STATISTICS st2 ON a, b FROM t
CREATE PUBLICATION pub2 FOR TABLE t
ALTER PUBLICATION pub ADD TABLE t
ALTER PUBLICATION pub DROP TABLE u
DROP INDEX t_a
DROP POLICY p ON t
DROP TRIGGER g ON t
DROP RULE r ON u
COMMENT ON TABLE t IS ''
COMMENT ON COLUMN t.a IS ''
COMMENT ON VIEW v IS ''
COMMENT ON TRIGGER g ON t IS ''
COMMENT ON INDEX t_a IS ''
GRANT SELECT ON t TO PUBLIC
TRUNCATE t
CLUSTER t USING t_pkey
REINDEX TABLE t
REINDEX INDEX t_a
REFRESH MATERIALIZED VIEW m
REFRESH MATERIALIZED VIEW CONCURRENTLY m
ANALYZE t
LOCK TABLE t IN ROW SHARE MODE
LOCK TABLE t IN EXCLUSIVE MODE
SELECT * FROM t
SELECT * FROM t FOR UPDATE
SELECT * FROM t, u FOR SHARE OF t
INSERT INTO t (id) SELECT id + 10 FROM u
UPDATE t SET a = 3 FROM u WHERE t.id = 1
DELETE FROM t USING u WHERE t.id = u.id
MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE
WITH d AS (DELETE FROM t RETURNING id) SELECT * FROM d, u
EXPLAIN DELETE FROM t
DECLARE c CURSOR FOR SELECT * FROM t
"""
RELATIONS = ("t", "u", "v", "m", "s", "pt", "p3", "p4", "parent", "child")
ROWS = frozenset({"read", "insert", "update", "delete", "merge"})
# Postgres opens relations for reading on the way; no rule is about the locks of readers.
READERS = frozenset({"", LockMode.ACCESS_SHARE.pg_locks_name})


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A database of Postgres 18 with the setup, whatever version the other tests use."""
    with (
        provider("embedded").start() as newest,
        newest.database() as database,
        contextlib.closing(database.connect()) as opened,
    ):
        opened.execute(SETUP.encode())
        yield opened


def relation_of(connection: Connection, effect: Effect) -> str:
    """Return the name of the relation that an effect locks; for an index, that of its table."""
    _, name = effect.locked
    if effect.identity.kind != "index" or effect.creates:
        return name
    row = connection.execute(
        "SELECT relname FROM pg_index JOIN pg_class ON oid = indrelid WHERE indexrelid = %s::regclass", [name]
    ).fetchone()
    return str(row[0]) if row is not None else name


class TestMeasured:
    """Each statement in a transaction of its own, on tables with rows."""

    @pytest.mark.parametrize("text", STATEMENTS.strip().splitlines())
    def test_as_measured(self, connection: Connection, text: str) -> None:
        """The strongest lock on every relation is that of the server, and no scan and no rewrite is missed."""
        (statement,) = split(text).statements
        locks: dict[str, LockMode] = {}
        for effect in effects(statement):
            if effect.lock is not None:
                name = relation_of(connection, effect)
                locks[name] = max(effect.lock, locks.get(name, effect.lock))
        with connection.transaction(force_rollback=True):
            seen = observe_script(connection, text)
        measured = {name: seen[name].mode for name in RELATIONS if seen[name].mode not in READERS}
        derived = {name: mode.pg_locks_name for name, mode in locks.items() if name in RELATIONS}
        assert measured == {name: mode for name, mode in derived.items() if mode not in READERS}
        self._check_work(effects(statement), [seen[name] for name in RELATIONS if name != "s"])

    def _check_work(self, found: Sequence[Effect], seen: Sequence[ObservedEffect]) -> None:
        # TRUNCATE gives the table a new file without rows.
        rewrites = any(effect.rewrites or effect.verb == "truncate" for effect in found)
        assert rewrites or not any(relation.rewritten for relation in seen)
        scans = any(effect.scans or effect.verb in ROWS for effect in found)
        assert scans or rewrites or not any(relation.scans for relation in seen)
