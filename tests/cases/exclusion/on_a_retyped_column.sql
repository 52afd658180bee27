-- a
CREATE TABLE t (a int, s text, CONSTRAINT e EXCLUDE USING btree (a WITH =) INCLUDE (s), CONSTRAINT f EXCLUDE USING btree ((a + 1) WITH =));

-- b
CREATE TABLE t (a bigint, s text, CONSTRAINT e EXCLUDE USING btree (a WITH =) INCLUDE (s), CONSTRAINT f EXCLUDE USING btree ((a + 1) WITH =));

-- rows
INSERT INTO t VALUES (1), (2);
