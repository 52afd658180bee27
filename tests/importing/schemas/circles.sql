-- Types, functions, defaults, checks and views that depend on each other in circles and in long chains.
CREATE TYPE state AS ENUM ('draft', 'sent', 'paid');
CREATE DOMAIN code AS text CHECK (VALUE ~ '^[a-z]{2,8}$');
CREATE DOMAIN short_code AS code CHECK (length(VALUE) < 5);
CREATE TYPE money_of AS (amount numeric(10, 2), currency short_code);
CREATE TYPE stay AS RANGE (SUBTYPE = date);

-- The table and the function need each other: the check calls the function, whose argument is the row type.
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code short_code NOT NULL,
    state state NOT NULL DEFAULT 'draft',
    price money_of,
    stays stay[] NOT NULL DEFAULT '{}',
    replaces bigint,
    number integer
);
CREATE FUNCTION is_payable(o orders) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN (o.state = 'sent'::state AND (o.price).amount > 0);
ALTER TABLE orders ADD CONSTRAINT payable CHECK (state <> 'paid' OR (price).amount IS NOT NULL);
ALTER TABLE orders ADD CONSTRAINT orders_replaces_fkey FOREIGN KEY (replaces) REFERENCES orders;
CREATE INDEX orders_payable ON orders (is_payable(orders.*));

-- The default calls a function that reads the table.
CREATE FUNCTION next_number() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT coalesce(max(number), 0) + 1 FROM orders);
END $$;
ALTER TABLE orders ALTER COLUMN number SET DEFAULT next_number();

-- Two tables that refer to each other.
CREATE TABLE teams (id integer PRIMARY KEY, lead integer);
CREATE TABLE people (id integer PRIMARY KEY, team integer REFERENCES teams DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE teams ADD FOREIGN KEY (lead) REFERENCES people ON DELETE SET NULL;

-- A view, a function that returns its rows, a view of that function, and a domain whose check calls a function.
CREATE VIEW payable AS SELECT o.id, o.code, (o.price).amount AS amount FROM orders AS o WHERE is_payable(o);
CREATE FUNCTION payable_above(lowest numeric DEFAULT 100) RETURNS SETOF payable LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT * FROM payable WHERE amount >= lowest; END;
CREATE VIEW large AS SELECT f.code, count(*) AS orders FROM payable_above(1000) AS f GROUP BY f.code;
CREATE FUNCTION is_even(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN n % 2 = 0;
CREATE DOMAIN even AS integer DEFAULT 2 CHECK (is_even(VALUE));
CREATE TABLE pairs (n even, twice integer GENERATED ALWAYS AS (n * 2) STORED, CHECK (is_even(twice)));

-- A function whose default argument calls another one, and an aggregate and a cast over functions of ours.
CREATE FUNCTION step(sofar numeric, next money_of, rate numeric DEFAULT abs(-1)) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN sofar + next.amount * rate;
CREATE FUNCTION step(sofar numeric, next money_of) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN step(sofar, next, 1);
CREATE AGGREGATE total(money_of) (SFUNC = step, STYPE = numeric, INITCOND = '0');
CREATE FUNCTION to_cents(m money_of) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN (m.amount * 100)::bigint;
CREATE CAST (money_of AS bigint) WITH FUNCTION to_cents(money_of) AS ASSIGNMENT;
CREATE VIEW totals AS SELECT code, total(price) AS total, sum((price)::bigint) AS cents FROM orders GROUP BY code;
CREATE MATERIALIZED VIEW kept AS SELECT t.code, t.total, l.orders FROM totals AS t LEFT JOIN large AS l USING (code);
CREATE INDEX kept_code ON kept (code);

-- A trigger function that names its own table and writes another; a rule on a view.
CREATE TABLE log (order_id bigint, was orders, at timestamptz DEFAULT now());
CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log (order_id, was) VALUES (old.id, old);
    RETURN new;
END $$;
CREATE TRIGGER logged AFTER UPDATE OF state, price ON orders FOR EACH ROW
    WHEN (old.state IS DISTINCT FROM new.state) EXECUTE FUNCTION log_order();
CREATE RULE no_delete AS ON DELETE TO payable DO INSTEAD NOTHING;
