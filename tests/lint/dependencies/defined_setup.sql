CREATE SCHEMA catalog;
CREATE FUNCTION catalog.sku_eq(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT lower(a) = lower(b) $$;
CREATE OPERATOR catalog.=~~= (LEFTARG = text, RIGHTARG = text, FUNCTION = catalog.sku_eq);
CREATE OPERATOR catalog.!!! (LEFTARG = text, RIGHTARG = text, FUNCTION = catalog.sku_eq);
CREATE COLLATION ci (provider = libc, locale = 'C');
CREATE COLLATION german_phone (provider = libc, locale = 'C');
CREATE COLLATION spare_coll (provider = libc, locale = 'C');
CREATE TEXT SEARCH CONFIGURATION public.shop (COPY = pg_catalog.english);
CREATE TEXT SEARCH CONFIGURATION public.spare_config (COPY = pg_catalog.english);
CREATE TEXT SEARCH DICTIONARY public.shop_dict (TEMPLATE = simple);
CREATE TEXT SEARCH DICTIONARY public.spare_dict (TEMPLATE = simple);
ALTER TEXT SEARCH CONFIGURATION public.shop ALTER MAPPING FOR asciiword WITH shop_dict, english_stem;
CREATE TABLE catalog.products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text COLLATE ci NOT NULL UNIQUE,
  title text NOT NULL,
  body text,
  search tsvector GENERATED ALWAYS AS (to_tsvector('public.shop', title || ' ' || coalesce(body, ''))) STORED,
  CHECK (sku OPERATOR(catalog.=~~=) sku)
);
CREATE INDEX products_search ON catalog.products USING gin (search);
CREATE INDEX products_title ON catalog.products (title COLLATE german_phone);
CREATE SEQUENCE order_numbers;
CREATE TABLE orders (
  id serial PRIMARY KEY,
  number bigint NOT NULL DEFAULT nextval('order_numbers'),
  seq_by_hand bigint DEFAULT nextval('public.order_numbers'::regclass),
  product_id bigint REFERENCES catalog.products,
  note text
);
CREATE FUNCTION find_products(q text) RETURNS SETOF catalog.products LANGUAGE sql STABLE BEGIN ATOMIC
  SELECT * FROM catalog.products p WHERE p.search @@ to_tsquery('public.shop', q);
END;
CREATE TYPE money_amount AS (amount numeric, currency text);
CREATE FUNCTION amount_to_text(m money_amount) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT m.amount::text $$;
CREATE CAST (money_amount AS text) WITH FUNCTION amount_to_text(money_amount);
CREATE TABLE invoices (id int PRIMARY KEY, total money_amount, CONSTRAINT has_text CHECK (total::text <> ''));
CREATE PUBLICATION feed FOR TABLE orders, catalog.products WHERE (title <> '');
CREATE STATISTICS order_stats ON number, product_id FROM orders;
CREATE AGGREGATE longest(text) (SFUNC = textcat, STYPE = text);
CREATE VIEW longest_titles AS SELECT longest(title) FROM catalog.products;
