-- a
CREATE TABLE t (a text, b varchar(9), c jsonb);
CREATE INDEX i ON t (a);
CREATE INDEX k ON t USING gin (c);

-- b
CREATE TABLE t (a text, b varchar(9), c jsonb);
CREATE INDEX i ON t (a text_pattern_ops DESC, b varchar_pattern_ops NULLS FIRST);
CREATE INDEX k ON t USING gin (c jsonb_path_ops);

-- rows
INSERT INTO t VALUES ('x', 'y', '{}');
