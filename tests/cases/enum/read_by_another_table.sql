-- a
CREATE TYPE role AS ENUM ('a', 'b', 'c');
CREATE TABLE m (u int, r role);
CREATE TABLE t (u int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (EXISTS (SELECT FROM m WHERE m.u = t.u AND m.r = 'a'));

-- b
CREATE TYPE role AS ENUM ('a', 'c');
CREATE TABLE m (u int, r role);
CREATE TABLE t (u int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (EXISTS (SELECT FROM m WHERE m.u = t.u AND m.r = 'c'));

-- rows
INSERT INTO m VALUES (1, 'c');
