-- a
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);

-- b
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED, c text COLLATE "C" GENERATED ALWAYS AS (a::text) STORED);

-- rows
INSERT INTO t (a) VALUES (1), (2);
