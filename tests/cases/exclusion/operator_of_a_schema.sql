-- a
CREATE SCHEMA ops;
CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING btree (a WITH =));

-- b
CREATE SCHEMA ops;
CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING btree ((a + 1) WITH OPERATOR(pg_catalog.=), a WITH =));

-- rows
INSERT INTO t VALUES (1), (2);
