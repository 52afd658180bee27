-- a
CREATE TABLE t (id int PRIMARY KEY, city text, zip text);

-- b
CREATE TABLE t (id int PRIMARY KEY, city text, zip text);
CREATE STATISTICS s ON city, zip FROM t;
COMMENT ON STATISTICS s IS 'It''s $$ \ one.';

-- rows
INSERT INTO t VALUES (1, 'a', 'b');
