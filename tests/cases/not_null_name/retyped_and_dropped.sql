-- since 18
-- a
CREATE TABLE t (a int CONSTRAINT a_there NOT NULL, b text CONSTRAINT b_there NOT NULL, c int CONSTRAINT c_there NOT NULL);
-- b
CREATE TABLE t (a bigint CONSTRAINT a_there NOT NULL, b text, c int CONSTRAINT c_there NOT NULL GENERATED ALWAYS AS (a) STORED);
