-- icu

-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b text);

-- b
CREATE SCHEMA s;
CREATE COLLATION s.loose (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE t (id int PRIMARY KEY, a text COLLATE s.loose, b text);
CREATE INDEX i ON t (b COLLATE s.loose);
CREATE DOMAIN d AS text COLLATE s.loose;

-- rows
INSERT INTO t VALUES (1, 'a', 'b');
