-- a
CREATE TYPE state AS ENUM ('new', 'done');
CREATE TYPE part AS ENUM ('one', 'two');
CREATE DOMAIN open AS state DEFAULT 'new' CHECK (VALUE <> 'done');
CREATE FUNCTION first_state(s state DEFAULT 'new') RETURNS state LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT CASE WHEN s = 'done' THEN 'new'::state ELSE s END; END;
CREATE TABLE t (
    id int, s state NOT NULL DEFAULT 'done', o open, all_of state[] DEFAULT '{new,done}',
    is_open boolean GENERATED ALWAYS AS (s < 'done') STORED,
    CONSTRAINT allowed CHECK (s IN ('new', 'done', 'done') OR id > 0)
, p part NOT NULL) PARTITION BY LIST (p);
CREATE TABLE t_new PARTITION OF t FOR VALUES IN ('one');
CREATE TABLE t_done PARTITION OF t FOR VALUES IN ('two');
CREATE INDEX opened ON t (id) WHERE s < 'done';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER on_end BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.o::state = 'new'::state) EXECUTE FUNCTION touch();
CREATE TABLE log (s state);
CREATE RULE logged AS ON UPDATE TO log WHERE NEW.s = 'done' DO ALSO INSERT INTO log VALUES ('done');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (s <> 'done');
CREATE VIEW v AS SELECT id, s = 'done' AS ended, first_state() AS f FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM v WHERE f < 'done';

-- b
CREATE TYPE state AS ENUM ('new', 'held', 'done', 'gone');
CREATE TYPE part AS ENUM ('one', 'two');
CREATE DOMAIN open AS state DEFAULT 'held' CHECK (VALUE <> 'gone');
CREATE FUNCTION first_state(s state DEFAULT 'held') RETURNS state LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT CASE WHEN s = 'gone' THEN 'new'::state ELSE s END; END;
CREATE TABLE t (
    id int, s state NOT NULL DEFAULT 'gone', o open, all_of state[] DEFAULT '{new,gone}',
    is_open boolean GENERATED ALWAYS AS (s < 'gone') STORED,
    CONSTRAINT allowed CHECK (s IN ('new', 'gone', 'done') OR id > 0)
, p part NOT NULL) PARTITION BY LIST (p);
CREATE TABLE t_new PARTITION OF t FOR VALUES IN ('one');
CREATE TABLE t_done PARTITION OF t FOR VALUES IN ('two');
CREATE INDEX opened ON t (id) WHERE s < 'gone';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER on_end BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.o::state = 'held'::state) EXECUTE FUNCTION touch();
CREATE TABLE log (s state);
CREATE RULE logged AS ON UPDATE TO log WHERE NEW.s = 'gone' DO ALSO INSERT INTO log VALUES ('gone');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (s <> 'gone');
CREATE VIEW v AS SELECT id, s = 'gone' AS ended, first_state() AS f FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM v WHERE f < 'gone';

-- rows
INSERT INTO t (id, s, o, p) VALUES (1, 'new', 'new', 'one'), (2, 'done', NULL, 'two');
