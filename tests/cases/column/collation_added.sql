-- a
CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b varchar(20) DEFAULT 'x');
CREATE INDEX ON t (a);
CREATE UNIQUE INDEX ON t (lower(b));

-- b
CREATE TABLE t (id int PRIMARY KEY, a text COLLATE "C" NOT NULL, b varchar(20) COLLATE "POSIX" DEFAULT 'x');
CREATE INDEX ON t (a);
CREATE UNIQUE INDEX ON t (lower(b));

-- rows
INSERT INTO t VALUES (1, 'ä', 'b'), (2, 'A', 'c');
