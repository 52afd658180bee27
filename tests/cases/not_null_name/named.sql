-- since 18
-- a
CREATE TABLE t (a int CONSTRAINT "it's %I ""x""" NOT NULL, b int NOT NULL, c int, d int CONSTRAINT old NOT NULL);
-- b
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT b_there NOT NULL, c int CONSTRAINT c_there NOT NULL, d int CONSTRAINT new NOT NULL);
-- rows
INSERT INTO t VALUES (1, 2, 3, 4);
