-- a

-- b
CREATE FUNCTION distance(a time, b time) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT extract(epoch FROM a - b)::float8 $$;
CREATE TYPE time_range AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = distance);
CREATE TABLE t (id int PRIMARY KEY, during time_range, EXCLUDE USING gist (during WITH &&));
