-- a
CREATE TABLE t (k int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE keep (id int);

-- b
CREATE TABLE keep (id int);

-- rows
INSERT INTO keep VALUES (1);
