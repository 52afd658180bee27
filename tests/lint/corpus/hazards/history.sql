SET lock_timeout = '5s';
CREATE SCHEMA app;
CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN public.short AS varchar(10);
CREATE DOMAIN public.plain AS text;
CREATE DOMAIN public.posint AS integer CHECK (VALUE > 0);
CREATE TABLE public.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
CREATE TABLE public.shops (id bigint PRIMARY KEY, name text);
CREATE TABLE public.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint,
    number text,
    title varchar(20),
    loose varchar,
    total numeric(10,2),
    free numeric,
    n integer,
    sm smallint,
    code char(3),
    at timestamp,
    made timestamptz,
    made3 timestamptz(3),
    j json,
    tags text[],
    vtags varchar(10)[],
    b bit(3),
    vb varbit(3),
    ip cidr,
    span interval,
    note text NOT NULL,
    qty integer NOT NULL,
    nick public.short,
    pl public.plain,
    feel public.mood,
    "Odd ""name" text,
    sorted text COLLATE "C" UNIQUE,
    CONSTRAINT orders_n_check CHECK (n IS NOT NULL)
);
CREATE INDEX orders_number_idx ON public.orders (number);
CREATE INDEX orders_title_idx ON public.orders (title);
CREATE UNIQUE INDEX orders_qty_key ON public.orders (qty);
CREATE TABLE public.nokey (id bigint, a bigint NOT NULL, b bigint, during tstzrange);
CREATE UNIQUE INDEX nokey_a_key ON public.nokey (a);
CREATE UNIQUE INDEX nokey_b_key ON public.nokey (b);
CREATE TABLE public."Weird" (id bigint, "Col" varchar(5));
CREATE TABLE public.events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.events_2023 PARTITION OF public.events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE public.events_2024 PARTITION OF public.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE public.events_2025 (id bigint, at date NOT NULL);
CREATE INDEX events_at_idx ON public.events (at);
CREATE MATERIALIZED VIEW public.sums AS SELECT 1 AS one;
CREATE UNIQUE INDEX sums_one_key ON public.sums (one);
CREATE VIEW public.seen AS SELECT id, qty AS number FROM public.orders;
CREATE SEQUENCE public.seq;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION public.stable_one() RETURNS integer LANGUAGE plpgsql STABLE SET search_path = '' AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION public.vol_one() RETURNS integer LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN 1; END $$;
INSERT INTO public.customers (email) VALUES ('a');
INSERT INTO public.shops VALUES (1, 's');
INSERT INTO public.orders (customer_id, number, title, loose, total, free, n, sm, note, qty) VALUES (1, '1', 'a', 'a', 1, 1, 1, 1, 'x', 1);
INSERT INTO public.nokey VALUES (1, 1, 1, NULL);
INSERT INTO public.events VALUES (1, '2023-02-01'), (2, '2024-02-01');
INSERT INTO public.events_2025 VALUES (1, '2025-02-01');
INSERT INTO public."Weird" VALUES (1, 'a');
