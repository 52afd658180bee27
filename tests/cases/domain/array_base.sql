-- a
CREATE DOMAIN d AS int[] CHECK (cardinality(VALUE) < 9);
CREATE TABLE t (d d DEFAULT '{1}');

-- b
CREATE DOMAIN d AS int[] NOT NULL CHECK (cardinality(VALUE) < 8);
CREATE TABLE t (d d DEFAULT '{2}');

-- rows
INSERT INTO t VALUES ('{1,2}');
