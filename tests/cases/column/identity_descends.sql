-- a
CREATE TABLE t (a smallint GENERATED ALWAYS AS IDENTITY, b text);

-- b
CREATE TABLE t (a smallint GENERATED ALWAYS AS IDENTITY (INCREMENT BY -1), b text);

-- rows
INSERT INTO t (b) VALUES ('a'), ('b');
