-- The objects that the expressions, views and functions of this folder use. The search path is app, public.
CREATE SCHEMA app;
CREATE SCHEMA "Odd.Schema";
SET search_path = app, public;

-- Types with equal names in two schemas, names that need quotes, and types over types.
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE public.mood AS ENUM ('one', 'two');
CREATE TYPE public.color AS ENUM ('red', 'green');
CREATE TYPE "Odd.Schema"."Ty.pe ""x""" AS ENUM ('a', 'b');
CREATE DOMAIN app.email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN app.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN app.small_positive AS app.positive CHECK (VALUE < 100);
CREATE DOMAIN app.good_mood AS app.mood CHECK (VALUE <> 'sad');
CREATE DOMAIN app.tags AS text[];
CREATE DOMAIN app.flag AS boolean;
CREATE TYPE app.address AS (street text, city text, zip integer, feeling app.mood);
CREATE TYPE app.person AS (name text, home app.address, moods app.mood[]);
CREATE DOMAIN app.home AS app.address CHECK ((VALUE).zip > 0);
CREATE TYPE app.floatrange AS RANGE (subtype = float8);
CREATE TYPE app.moodrange AS RANGE (subtype = app.mood, multirange_type_name = app.moodranges);
CREATE COLLATION app.bytes FROM "C";
CREATE COLLATION "Odd.Schema"."Bytes" FROM "C";
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY app.plain (TEMPLATE = pg_catalog.simple);
CREATE SEQUENCE app.numbers;
CREATE SEQUENCE public.numbers;
CREATE SEQUENCE "Odd.Schema"."Se.q";

-- Overloads.
CREATE FUNCTION app.double(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
CREATE FUNCTION app.double(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
CREATE FUNCTION app.double(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT x || x';
CREATE FUNCTION app.double(x integer, y integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x * y';
CREATE FUNCTION public.double(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x * 3';
CREATE FUNCTION public.double(x date) RETURNS date LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';
CREATE FUNCTION app.describe(m app.mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'mood' $$;
CREATE FUNCTION app.describe(m public.mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'other' $$;
CREATE FUNCTION app.describe(c public.color) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'color' $$;
CREATE FUNCTION app.describe(a app.address) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'address' $$;
CREATE FUNCTION app.describe(e app.email, m app.mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'email' $$;
CREATE FUNCTION app.measure(x bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x';
CREATE FUNCTION app.measure(x double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT x';
CREATE FUNCTION app.measure(x text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT length(x)';
CREATE FUNCTION app.measure(x app.positive) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION app.lower(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT x';
CREATE FUNCTION app.length(x app.mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 3';
CREATE FUNCTION app.needs_email(e app.email) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION app.needs_mood(m app.mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION app.needs_moods(m app.mood[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION "Odd.Schema"."Fu.nc ""f"""("Ar.g" "Odd.Schema"."Ty.pe ""x""") RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT true';

-- VARIADIC, defaults, polymorphic types, OUT parameters, sets.
CREATE FUNCTION app.join_words(VARIADIC words text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT array_to_string(words, ' ') $$;
CREATE FUNCTION app.join_words(word text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT word';
CREATE FUNCTION app.join_moods(separator text, VARIADIC moods app.mood[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT separator $$;
CREATE FUNCTION app.greet(name text, greeting text DEFAULT 'hi', feeling app.mood DEFAULT 'ok') RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT greeting || name $$;
CREATE FUNCTION app.greet(id integer, loud boolean DEFAULT false) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$;
CREATE FUNCTION app.first_of(list anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT list[1]';
CREATE FUNCTION app.list_of(item anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[item]';
CREATE FUNCTION app.pick(a anycompatible, b anycompatible) RETURNS anycompatible
LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION app.low(r anyrange) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT lower(r)';
CREATE FUNCTION app.any_enum(e anyenum) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION app.most(VARIADIC items anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT items[1]';
CREATE FUNCTION app.make_address(city text) RETURNS app.address
LANGUAGE sql IMMUTABLE AS $$ SELECT ROW('x', city, 1, 'ok')::app.address $$;
CREATE FUNCTION app.make_home(city text) RETURNS app.home
LANGUAGE sql IMMUTABLE AS $$ SELECT ROW('x', city, 1, 'ok')::app.home $$;
CREATE FUNCTION app.addresses() RETURNS SETOF app.address
LANGUAGE sql STABLE AS $$ SELECT 'x', 'y', 1, 'ok'::app.mood $$;
CREATE FUNCTION app.pairs(n integer) RETURNS TABLE (a integer, b text, c app.mood)
LANGUAGE sql STABLE AS $$ SELECT 1, 'x', 'ok'::app.mood $$;
CREATE FUNCTION app.split_name(name text, OUT first text, OUT last text)
LANGUAGE sql IMMUTABLE AS $$ SELECT name, name $$;
CREATE FUNCTION app.series(n integer) RETURNS SETOF integer LANGUAGE sql STABLE AS 'SELECT generate_series(1, n)';
CREATE FUNCTION app.loose() RETURNS SETOF record LANGUAGE sql STABLE AS $$ SELECT 1, 'x' $$;
CREATE FUNCTION app.current_customer() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION app.is_admin() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION app.next_number() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('app.numbers') $$;
CREATE PROCEDURE app.p_called(a integer, OUT b integer) LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

-- Aggregates, operators and casts.
CREATE FUNCTION app.add_up(state bigint, item integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT state + item';
CREATE AGGREGATE app.total(integer) (SFUNC = app.add_up, STYPE = bigint, INITCOND = '0');
CREATE FUNCTION app.keep_mood(state app.mood, item app.mood) RETURNS app.mood LANGUAGE sql IMMUTABLE AS 'SELECT item';
CREATE AGGREGATE app.last_mood(app.mood) (SFUNC = app.keep_mood, STYPE = app.mood);
CREATE FUNCTION app.collect(state text, VARIADIC items text[]) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT state';
CREATE AGGREGATE app.collected(VARIADIC text[]) (SFUNC = app.collect, STYPE = text);
CREATE AGGREGATE app.anything(*) (SFUNC = pg_catalog.int8inc, STYPE = bigint, INITCOND = '0');
CREATE FUNCTION app.same(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a = b';
CREATE OPERATOR app.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = app.same, COMMUTATOR = OPERATOR(app.===));
CREATE FUNCTION app.shift_mood(m app.mood, n integer) RETURNS app.mood LANGUAGE sql IMMUTABLE AS 'SELECT m';
CREATE OPERATOR app.+ (LEFTARG = app.mood, RIGHTARG = integer, FUNCTION = app.shift_mood);
CREATE FUNCTION app.compare_address(a app.address, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR app.= (LEFTARG = app.address, RIGHTARG = text, FUNCTION = app.compare_address);
CREATE FUNCTION app.negate(m app.mood) RETURNS app.mood LANGUAGE sql IMMUTABLE AS 'SELECT m';
CREATE OPERATOR app.~~~ (RIGHTARG = app.mood, FUNCTION = app.negate);
CREATE FUNCTION public.near(a integer, b integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR public.<~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = public.near);
CREATE FUNCTION "Odd.Schema".overlap(a integer, b integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR "Odd.Schema".<~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = "Odd.Schema".overlap);
CREATE FUNCTION app.mood_number(m app.mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (app.mood AS integer) WITH FUNCTION app.mood_number(app.mood) AS ASSIGNMENT;
CREATE FUNCTION app.number_mood(n integer) RETURNS app.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::app.mood $$;
CREATE CAST (integer AS app.mood) WITH FUNCTION app.number_mood(integer) AS ASSIGNMENT;
CREATE FUNCTION app.color_mood(c public.color) RETURNS app.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::app.mood $$;
CREATE CAST (public.color AS app.mood) WITH FUNCTION app.color_mood(public.color);
CREATE CAST (app.address AS public.color) WITH INOUT AS ASSIGNMENT;
CREATE FUNCTION app.person_address(p app.person) RETURNS app.address LANGUAGE sql IMMUTABLE AS 'SELECT p.home';
CREATE CAST (app.person AS app.address) WITH FUNCTION app.person_address(app.person) AS IMPLICIT;

-- Tables; app.orders and public.orders have the same name, and so has a function.
CREATE TABLE app.customers (
    id integer PRIMARY KEY,
    name text NOT NULL,
    email app.email,
    feeling app.mood DEFAULT 'ok',
    home app.address,
    residence app.home,
    parent_id integer REFERENCES app.customers (id),
    tags app.tags,
    moods app.mood[],
    score app.positive,
    active app.flag,
    UNIQUE (name)
);
CREATE TABLE app.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES app.customers (id),
    amount numeric(10, 2) NOT NULL DEFAULT 0,
    quantity integer NOT NULL DEFAULT 1,
    status app.mood NOT NULL DEFAULT 'ok',
    other public.mood,
    shade public.color,
    note text,
    code varchar(20) COLLATE app.bytes,
    placed_on date NOT NULL DEFAULT current_date,
    placed_at timestamptz NOT NULL DEFAULT now(),
    address app.address,
    details jsonb,
    span app.floatrange,
    period daterange,
    CONSTRAINT orders_code UNIQUE (code, customer_id)
);
CREATE TABLE app.items (
    order_id bigint NOT NULL REFERENCES app.orders (id),
    line integer NOT NULL,
    product text NOT NULL,
    quantity integer NOT NULL,
    price numeric NOT NULL,
    note text,
    CONSTRAINT items_key PRIMARY KEY (order_id, line)
);
CREATE TABLE app.special_orders (discount app.positive) INHERITS (app.orders);
CREATE TABLE public.orders (id integer PRIMARY KEY, note text, amount integer);
CREATE TABLE public.tickets (id serial PRIMARY KEY, order_id bigint, mood public.mood, numbers integer[]);
CREATE TABLE app.events (
    id bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    kind app.mood,
    payload json,
    PRIMARY KEY (id, happened_at)
) PARTITION BY RANGE (happened_at);
CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "Odd.Schema"."Ta.ble ""q""" (
    "Id" integer PRIMARY KEY, "na.me" text, "select" "Odd.Schema"."Ty.pe ""x""", "Sp ace" app.mood, "é" integer
);
CREATE TABLE app.tree (id integer PRIMARY KEY, parent_id integer, label text, weight integer);
CREATE FUNCTION app.orders(customer integer) RETURNS SETOF app.orders
LANGUAGE sql STABLE AS 'SELECT * FROM app.orders WHERE customer_id = customer';
CREATE FUNCTION app.order_total(o app.orders) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT o.amount';
CREATE FUNCTION app.display_name(c app.customers) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT c.name';
CREATE FUNCTION app.customer_of(o app.orders) RETURNS app.customers
LANGUAGE sql STABLE AS 'SELECT c FROM app.customers c WHERE c.id = o.customer_id';

-- Views, views on views, and a materialized view.
CREATE VIEW app.order_view AS
SELECT o.id, o.customer_id, c.name AS customer, o.amount, o.status, o.address, o.note
FROM app.orders o JOIN app.customers c ON c.id = o.customer_id;
CREATE VIEW app.nested_view AS SELECT v.customer, v.amount, v.status AS feeling FROM app.order_view v WHERE v.amount > 0;
CREATE VIEW "Odd.Schema"."Vi.ew" AS SELECT "Id", "na.me" AS "col.umn" FROM "Odd.Schema"."Ta.ble ""q""";
CREATE MATERIALIZED VIEW app.totals AS
SELECT customer_id, sum(amount) AS total, count(*) AS orders FROM app.orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_key ON app.totals (customer_id);
