-- a
CREATE DOMAIN amount AS numeric CHECK (VALUE >= 0);
CREATE TABLE t (a amount, b amount[]);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL;

-- b
CREATE DOMAIN amount AS numeric CHECK (VALUE >= 0);
CREATE TABLE t (a amount, b amount[]);

-- rows
INSERT INTO t VALUES (1, '{1,2}');
