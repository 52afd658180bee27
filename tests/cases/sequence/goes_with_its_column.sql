-- a
CREATE TABLE t (id int PRIMARY KEY, n serial);

-- b
CREATE TABLE t (id int PRIMARY KEY);
