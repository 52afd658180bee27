-- a
CREATE TYPE mood AS ENUM ('ok', 'bad', 'old');
CREATE DOMAIN "No" AS int;
CREATE TYPE entry AS (mood mood, "no" "No", note text);
CREATE TYPE page AS (first entry, mood mood);
CREATE TABLE t (id int PRIMARY KEY, e entry, p page, m mood DEFAULT 'ok', n "No", CONSTRAINT c CHECK (m <> 'bad'));

-- b
CREATE TYPE mood AS ENUM ('bad', 'ok');
CREATE DOMAIN "No" AS bigint;
CREATE TYPE entry AS (mood mood, "no" "No", note text);
CREATE TYPE page AS (first entry, mood mood);
CREATE TABLE t (id int PRIMARY KEY, e entry, p page, m mood DEFAULT 'ok', n "No", CONSTRAINT c CHECK (m <> 'bad'));

-- rows
INSERT INTO t VALUES (1, ('ok', 1, 'x'), (('bad', 2, 'y'), 'ok'), 'ok', 3);
