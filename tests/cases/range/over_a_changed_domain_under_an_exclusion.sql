-- a
CREATE DOMAIN seat AS int CONSTRAINT positive CHECK (VALUE > 0);
CREATE TYPE seats AS RANGE (SUBTYPE = seat);
COMMENT ON TYPE seats IS 'Seats.';
GRANT USAGE ON TYPE seats TO schema_dsl_cases_reader;
CREATE FUNCTION first_seat(s seats) RETURNS seat LANGUAGE sql IMMUTABLE AS $x$SELECT lower(s)$x$;
CREATE TABLE t (id int PRIMARY KEY, held seats NOT NULL DEFAULT 'empty', held_too seats_multirange, one seat, CONSTRAINT once EXCLUDE USING gist (held WITH &&), CONSTRAINT whole CHECK (first_seat(held) > 0 OR isempty(held)));
COMMENT ON CONSTRAINT once ON t IS 'Held once.';
CREATE INDEX by_first ON t (first_seat(held));
CREATE VIEW v AS SELECT id, lower(held) AS first, held_too FROM t;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT range_agg(held) AS all_held FROM t;

-- b
CREATE DOMAIN seat AS bigint CONSTRAINT positive CHECK (VALUE > 0);
CREATE TYPE seats AS RANGE (SUBTYPE = seat);
COMMENT ON TYPE seats IS 'Seats.';
GRANT USAGE ON TYPE seats TO schema_dsl_cases_reader;
CREATE FUNCTION first_seat(s seats) RETURNS seat LANGUAGE sql IMMUTABLE AS $x$SELECT lower(s)$x$;
CREATE TABLE t (id int PRIMARY KEY, held seats NOT NULL DEFAULT 'empty', held_too seats_multirange, one seat, CONSTRAINT once EXCLUDE USING gist (held WITH &&), CONSTRAINT whole CHECK (first_seat(held) > 0 OR isempty(held)));
COMMENT ON CONSTRAINT once ON t IS 'Held once.';
CREATE INDEX by_first ON t (first_seat(held));
CREATE VIEW v AS SELECT id, lower(held) AS first, held_too FROM t;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT range_agg(held) AS all_held FROM t;

-- rows
INSERT INTO t VALUES (1, '[1,4)', '{[1,2)}', 1), (2, '[4,9)', NULL, NULL);
