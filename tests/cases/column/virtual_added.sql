-- since 18
-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, "c'$$" text COLLATE "C" GENERATED ALWAYS AS ('it''s $$' || a::text) VIRTUAL);

-- rows
INSERT INTO t (a) VALUES (1), (2);
