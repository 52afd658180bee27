-- a

-- b
CREATE TABLE t (id bigserial PRIMARY KEY, n smallserial, name text);
