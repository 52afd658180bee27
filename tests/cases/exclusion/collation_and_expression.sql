-- a
CREATE TABLE t (a text, b text, CONSTRAINT e EXCLUDE USING btree (a WITH =));

-- b
CREATE TABLE t (a text, b text, CONSTRAINT e EXCLUDE USING btree (a COLLATE "C" WITH =, lower(b) COLLATE "C" WITH =) WHERE (a <> 'x'));

-- rows
INSERT INTO t VALUES ('x', 'x'), ('y', 'y');
