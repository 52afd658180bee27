-- a
CREATE TYPE money2 AS (amount integer, currency text);
CREATE FUNCTION is_positive(m money2) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT (m).amount > 0 $$;
CREATE TABLE t (
    id int PRIMARY KEY,
    price money2 NOT NULL DEFAULT (1, 'EUR')::money2,
    high boolean GENERATED ALWAYS AS ((price).amount > 100) STORED,
    CONSTRAINT c CHECK ((price).currency <> 'x' OR is_positive(price))
);
CREATE INDEX by_amount ON t (((price).amount));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((price).currency = 'EUR');

-- b
CREATE TYPE money2 AS (amount bigint, currency text);
CREATE FUNCTION is_positive(m money2) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT (m).amount > 0 $$;
CREATE TABLE t (
    id int PRIMARY KEY,
    price money2 NOT NULL DEFAULT (1, 'EUR')::money2,
    high boolean GENERATED ALWAYS AS ((price).amount > 100) STORED,
    CONSTRAINT c CHECK ((price).currency <> 'x' OR is_positive(price))
);
CREATE INDEX by_amount ON t (((price).amount));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((price).currency = 'EUR');

-- rows
INSERT INTO t VALUES (1, (5, 'EUR')), (2, (500, 'x'));
