-- a
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (a text[] DEFAULT '{}', b e[] DEFAULT '{a}', c d[], d int[][] DEFAULT ARRAY[[1,2],[3,4]]);

-- b
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (a text[] DEFAULT ARRAY['x', 'y''z'], b e[] DEFAULT ARRAY['a', 'b']::e[], c d[] DEFAULT '{1}', d bigint[]);

-- rows
INSERT INTO t VALUES ('{q}', '{b}', '{7}', '{1}');
