-- since 18
-- a
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c int GENERATED ALWAYS AS (a + 1) STORED, d int GENERATED ALWAYS AS (nullif(a, a)) VIRTUAL);

-- b
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) VIRTUAL, c int GENERATED ALWAYS AS (a + 1) VIRTUAL, d int);

-- rows
INSERT INTO t (a) VALUES (1), (2);
