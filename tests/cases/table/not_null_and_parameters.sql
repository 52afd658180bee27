-- a
CREATE TABLE t (id int, body text) WITH (fillfactor = 90);

-- b
CREATE UNLOGGED TABLE t (id int NOT NULL, body text DEFAULT 'x', CONSTRAINT c CHECK (id > 0)) WITH (fillfactor = 80);

-- rows
INSERT INTO t VALUES (1, 'a');
