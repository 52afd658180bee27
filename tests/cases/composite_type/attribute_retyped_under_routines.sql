-- a
CREATE TYPE money_of AS (amount int, unit text);
COMMENT ON TYPE money_of IS 'Money.';
CREATE FUNCTION amount(m money_of) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT m.amount::bigint$x$;
CREATE FUNCTION rows_of() RETURNS SETOF money_of LANGUAGE sql STABLE AS $x$SELECT 1::int, 'x'$x$;
CREATE PROCEDURE pay(m money_of, INOUT done money_of DEFAULT ROW(1, 'x')::money_of) LANGUAGE plpgsql AS $x$BEGIN done := m; END$x$;
GRANT EXECUTE ON PROCEDURE pay(money_of, money_of) TO schema_dsl_cases_writer;
CREATE TABLE t (id int PRIMARY KEY, price money_of, CONSTRAINT dear CHECK (amount(price) > 0), total bigint GENERATED ALWAYS AS (amount(price)) STORED);
CREATE INDEX by_amount ON t (amount(price));
CREATE VIEW v AS SELECT id, (price).amount, r.unit FROM t, rows_of() AS r;
CREATE FUNCTION paid() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT sum(v.amount)::bigint FROM v; END;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (amount(price) < paid());

-- b
CREATE TYPE money_of AS (amount bigint, unit text);
COMMENT ON TYPE money_of IS 'Money.';
CREATE FUNCTION amount(m money_of) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT m.amount::bigint$x$;
CREATE FUNCTION rows_of() RETURNS SETOF money_of LANGUAGE sql STABLE AS $x$SELECT 1::bigint, 'x'$x$;
CREATE PROCEDURE pay(m money_of, INOUT done money_of DEFAULT ROW(1, 'x')::money_of) LANGUAGE plpgsql AS $x$BEGIN done := m; END$x$;
GRANT EXECUTE ON PROCEDURE pay(money_of, money_of) TO schema_dsl_cases_writer;
CREATE TABLE t (id int PRIMARY KEY, price money_of, CONSTRAINT dear CHECK (amount(price) > 0), total bigint GENERATED ALWAYS AS (amount(price)) STORED);
CREATE INDEX by_amount ON t (amount(price));
CREATE VIEW v AS SELECT id, (price).amount, r.unit FROM t, rows_of() AS r;
CREATE FUNCTION paid() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT sum(v.amount)::bigint FROM v; END;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (amount(price) < paid());

-- rows
INSERT INTO t VALUES (1, ROW(4, 'eur')), (2, NULL);
