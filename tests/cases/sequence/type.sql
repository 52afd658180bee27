-- a
CREATE SEQUENCE s AS smallint;

-- b
CREATE SEQUENCE s AS bigint;
