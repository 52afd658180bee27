-- a
CREATE TABLE t (code text PRIMARY KEY, other text COLLATE "C" UNIQUE);
CREATE TABLE u (code text REFERENCES t);

-- b
CREATE TABLE t (code text COLLATE "C" PRIMARY KEY, other text UNIQUE);
CREATE TABLE u (code text COLLATE "C" REFERENCES t);

-- rows
INSERT INTO t VALUES ('a', 'b');
INSERT INTO u VALUES ('a');
