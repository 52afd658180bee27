-- since 18
-- a
CREATE TABLE t (a int, PRIMARY KEY (a));

-- b
CREATE TABLE t (a int CONSTRAINT must NOT NULL, PRIMARY KEY (a));
