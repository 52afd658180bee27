-- a
CREATE TABLE t (a text, b numeric, c inet, d jsonb);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER d SET STORAGE MAIN;

-- b
CREATE TABLE t (a text, b numeric, c inet, d jsonb);
ALTER TABLE t ALTER b SET STORAGE EXTENDED, ALTER c SET STORAGE PLAIN, ALTER d SET STORAGE PLAIN;

-- rows
INSERT INTO t VALUES (repeat('a', 3000), 7, '10.0.0.1', '{"a": 1}');
