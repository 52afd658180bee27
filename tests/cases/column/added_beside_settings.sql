-- a
CREATE TABLE t (a text, c text);

-- b
CREATE TABLE t (a text, c text, b text, d text);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER d SET STORAGE MAIN, ALTER d SET STATISTICS 7;

-- rows
INSERT INTO t VALUES ('x', 'y');
