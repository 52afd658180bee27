-- a
CREATE TABLE t (a text, b text COLLATE "C");
CREATE INDEX i ON t (a);

-- b
CREATE TABLE t (a text, b text COLLATE "C");
CREATE INDEX i ON t (a COLLATE "C", b COLLATE "POSIX" DESC, lower(a) COLLATE "C");

-- rows
INSERT INTO t VALUES ('x', 'y');
