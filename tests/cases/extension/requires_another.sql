-- superuser
-- a
CREATE EXTENSION cube;

-- b
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
CREATE TABLE t (id int PRIMARY KEY, at earth);
