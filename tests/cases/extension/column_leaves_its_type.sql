-- a
CREATE EXTENSION citext;
CREATE TABLE t (id int PRIMARY KEY, email citext NOT NULL);

-- b
CREATE TABLE t (id int PRIMARY KEY, email text NOT NULL);

-- rows
INSERT INTO t VALUES (1, 'A@b');
