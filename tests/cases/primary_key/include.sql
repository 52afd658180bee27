-- a
CREATE TABLE t (id int, b text, PRIMARY KEY (id));
CREATE TABLE r (t int REFERENCES t);

-- b
CREATE TABLE t (id int, b text, PRIMARY KEY (id) INCLUDE (b));
CREATE TABLE r (t int REFERENCES t);

-- rows
INSERT INTO t VALUES (1, 'x');
INSERT INTO r VALUES (1);
