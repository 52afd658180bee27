-- a
CREATE TABLE t (a varchar(10) COLLATE "C", CONSTRAINT c CHECK (a > 'a'));

-- b
CREATE TABLE t (a text COLLATE "POSIX", CONSTRAINT c CHECK (a > 'a'));

-- rows
INSERT INTO t VALUES ('b');
