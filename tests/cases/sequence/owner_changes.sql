-- a
CREATE TABLE t (id int PRIMARY KEY, a bigint, b bigint);
CREATE SEQUENCE s OWNED BY t.a;

-- b
CREATE TABLE t (id int PRIMARY KEY, a bigint, b bigint);
CREATE SEQUENCE s OWNED BY t.b;
