-- a
CREATE TABLE t (id int PRIMARY KEY);

-- b
CREATE TABLE t (id int PRIMARY KEY, "sel""ect" int, "Ünïque" text,
    CONSTRAINT "u ""nique" UNIQUE ("sel""ect") INCLUDE ("Ünïque") WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED);
COMMENT ON CONSTRAINT "u ""nique" ON t IS 'it''s';

-- rows
INSERT INTO t VALUES (1);
