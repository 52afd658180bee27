-- a
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));

-- b
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NO INHERIT);
COMMENT ON CONSTRAINT c ON t IS 'only here';

-- rows
INSERT INTO t VALUES (1);
