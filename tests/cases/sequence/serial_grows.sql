-- a
CREATE TABLE t (id serial PRIMARY KEY, name text);

-- b
CREATE TABLE t (id bigserial PRIMARY KEY, name text);

-- rows
INSERT INTO t (name) VALUES ('a'), ('b');
