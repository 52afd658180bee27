-- a
CREATE SCHEMA old;
CREATE SCHEMA kept;
CREATE TABLE kept.t (id int PRIMARY KEY);

-- b
CREATE SCHEMA kept;
CREATE TABLE kept.t (id int PRIMARY KEY);

-- rows
INSERT INTO kept.t VALUES (1);
