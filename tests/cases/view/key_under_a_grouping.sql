-- a
CREATE TABLE t (id int CONSTRAINT k PRIMARY KEY, other int NOT NULL, name text);
CREATE VIEW v AS SELECT id, name FROM t GROUP BY id;

-- b
CREATE TABLE t (id int NOT NULL, other int CONSTRAINT k PRIMARY KEY, name text);
CREATE VIEW v AS SELECT other AS id, name FROM t GROUP BY other;

-- rows
INSERT INTO t VALUES (1, 1, 'a');
