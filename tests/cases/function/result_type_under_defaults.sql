-- a
CREATE FUNCTION "next No"(text) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint';
CREATE TABLE t (id int PRIMARY KEY, "No" bigint NOT NULL DEFAULT "next No"('x') + 1, other text DEFAULT 'y', CONSTRAINT c CHECK ("No" > 0));
CREATE TABLE u (id int PRIMARY KEY, n int);

-- b
CREATE FUNCTION "next No"(text) RETURNS int LANGUAGE sql AS 'SELECT 7';
CREATE TABLE t (id int PRIMARY KEY, "No" bigint NOT NULL DEFAULT "next No"('x') + 1, other text DEFAULT "next No"('z')::text, CONSTRAINT c CHECK ("No" > 0));
CREATE TABLE u (id int PRIMARY KEY, n int, m int NOT NULL DEFAULT "next No"('m'));
CREATE TABLE v (id int PRIMARY KEY, m int NOT NULL DEFAULT "next No"('m'), CONSTRAINT d CHECK (m > "next No"('d')));

-- rows
INSERT INTO t VALUES (1, 2, 'z');
