-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b int);

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE TABLE u (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t, u;
COMMENT ON PUBLICATION p IS 'It''s $$ \ one.';

-- rows
INSERT INTO t VALUES (1, 'a', 2);
