-- since 18

-- a
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));

-- b
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED);

-- rows
INSERT INTO t VALUES (1);
