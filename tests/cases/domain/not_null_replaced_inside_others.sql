-- a
CREATE DOMAIN base AS int NOT NULL DEFAULT 3;
CREATE DOMAIN over_base AS base CHECK (VALUE > 0);
CREATE TYPE pair AS (a over_base, b base[]);
CREATE TABLE t (id int PRIMARY KEY, o over_base DEFAULT 4, p pair, list over_base[] DEFAULT ARRAY[1, 2]::over_base[]);
CREATE FUNCTION add(a over_base, b base DEFAULT 1) RETURNS over_base LANGUAGE sql IMMUTABLE AS $x$SELECT (a + b)::public.over_base$x$;
CREATE VIEW v AS SELECT add(o) AS o, (p).a, list[1] AS first FROM t;
CREATE INDEX by_o ON t (add(o)) WHERE o > 1;

-- b
CREATE DOMAIN base AS bigint NOT NULL DEFAULT 3;
CREATE DOMAIN over_base AS base CHECK (VALUE > 0);
CREATE TYPE pair AS (a over_base, b base[]);
CREATE TABLE t (id int PRIMARY KEY, o over_base DEFAULT 4, p pair, list over_base[] DEFAULT ARRAY[1, 2]::over_base[]);
CREATE FUNCTION add(a over_base, b base DEFAULT 1) RETURNS over_base LANGUAGE sql IMMUTABLE AS $x$SELECT (a + b)::public.over_base$x$;
CREATE VIEW v AS SELECT add(o) AS o, (p).a, list[1] AS first FROM t;
CREATE INDEX by_o ON t (add(o)) WHERE o > 1;

-- rows
INSERT INTO t VALUES (1, 5, NULL, '{1,2}'), (2, 6, '(1,"{2}")', NULL);
