-- a
CREATE TYPE level AS ENUM ('low', 'x', 'mid', 'high');
CREATE TYPE levels AS RANGE (SUBTYPE = level, MULTIRANGE_TYPE_NAME = "Many levels");
CREATE FUNCTION spans(m "Many levels") RETURNS levels LANGUAGE sql IMMUTABLE AS $x$SELECT range_merge(m)$x$;
CREATE TABLE t (id int PRIMARY KEY, m "Many levels" NOT NULL DEFAULT '{[low,high]}', ms "Many levels"[], s levels GENERATED ALWAYS AS (spans(m)) STORED, CONSTRAINT c CHECK (m @> 'low'::level OR isempty(m)));
CREATE INDEX by_m ON t USING gist (m);
CREATE VIEW v AS SELECT id, unnest(m) AS part, lower(m) AS low FROM t;
CREATE DOMAIN filled AS level;
CREATE TABLE u (d filled, r levels);

-- b
CREATE TYPE level AS ENUM ('low', 'mid', 'high');
CREATE TYPE levels AS RANGE (SUBTYPE = level, MULTIRANGE_TYPE_NAME = "Many levels");
CREATE FUNCTION spans(m "Many levels") RETURNS levels LANGUAGE sql IMMUTABLE AS $x$SELECT range_merge(m)$x$;
CREATE TABLE t (id int PRIMARY KEY, m "Many levels" NOT NULL DEFAULT '{[low,high]}', ms "Many levels"[], s levels GENERATED ALWAYS AS (spans(m)) STORED, CONSTRAINT c CHECK (m @> 'low'::level OR isempty(m)));
CREATE INDEX by_m ON t USING gist (m);
CREATE VIEW v AS SELECT id, unnest(m) AS part, lower(m) AS low FROM t;
CREATE DOMAIN filled AS level;
CREATE TABLE u (d filled, r levels);

-- rows
INSERT INTO t (id) VALUES (1); INSERT INTO t VALUES (2, '{}', '{"{[low,mid]}"}'); INSERT INTO u VALUES ('low', '[low,high)');
