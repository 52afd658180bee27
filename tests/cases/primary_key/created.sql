-- a
CREATE TABLE t (id int NOT NULL, b text);

-- b
CREATE TABLE t (id int NOT NULL, b text, PRIMARY KEY (id) INCLUDE (b) WITH (deduplicate_items = off) DEFERRABLE);

-- rows
INSERT INTO t VALUES (1, 'x');
