-- a
CREATE DOMAIN "D'o ""m" AS text CONSTRAINT "c '$$" CHECK (VALUE <> '$$''');
CREATE TABLE t (a "D'o ""m");

-- b
CREATE DOMAIN "D'o ""m" AS text DEFAULT '$$''x' CONSTRAINT "c '$$" CHECK (VALUE <> '$$''y');
CREATE TABLE t (a "D'o ""m");

-- rows
INSERT INTO t VALUES ('a');
