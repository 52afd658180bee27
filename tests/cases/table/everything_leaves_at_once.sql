-- a
CREATE TABLE kept (id int PRIMARY KEY);
CREATE TYPE kind AS ENUM ('a');
CREATE DOMAIN d AS kind;
CREATE TYPE comp AS (k kind, d d);
CREATE SEQUENCE s;
CREATE FUNCTION f(c comp DEFAULT NULL) RETURNS d LANGUAGE sql STABLE AS $x$SELECT (c).d$x$;
CREATE TABLE gone (id int PRIMARY KEY DEFAULT nextval('s'), c comp, d d DEFAULT f(), kept_id int REFERENCES kept (id));
ALTER TABLE kept ADD gone_id int REFERENCES gone (id), ADD k kind DEFAULT 'a', ADD twice int GENERATED ALWAYS AS (id * 2) STORED;
CREATE INDEX ON kept (gone_id);
CREATE VIEW v AS SELECT gone.*, f(c) AS f FROM gone JOIN kept ON kept.gone_id = gone.id;
CREATE MATERIALIZED VIEW m AS SELECT d FROM v;
CREATE FUNCTION g() RETURNS SETOF v LANGUAGE sql STABLE BEGIN ATOMIC SELECT v.* FROM v; END;
ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON kept FOR SELECT TO schema_dsl_cases_reader USING (EXISTS (SELECT FROM g() WHERE d::kind = kept.k));
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE PUBLICATION pub FOR TABLE kept (id, k), gone;
CREATE STATISTICS st ON id, k FROM kept;

-- b
CREATE TABLE kept (id int PRIMARY KEY);
ALTER TABLE kept ADD other text;

-- rows
INSERT INTO kept (id) VALUES (1);
