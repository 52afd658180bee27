-- a
CREATE TABLE t (a int, b text, CONSTRAINT e EXCLUDE USING btree (b WITH =));

-- b
CREATE TABLE t (a int, b text, CONSTRAINT e EXCLUDE USING btree (b text_pattern_ops WITH =, a DESC NULLS LAST WITH =));

-- rows
INSERT INTO t VALUES (1, 'x'), (2, 'y');
