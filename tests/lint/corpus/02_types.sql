-- Enums, domains, composites, ranges, sequences.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ecstatic' AFTER 'happy';
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
COMMENT ON TYPE mood IS 'How a person feels';
CREATE TYPE address AS (street text, city text COLLATE "C", zip char(5));
ALTER TYPE address ADD ATTRIBUTE country text, DROP ATTRIBUTE IF EXISTS nothing;
CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0) NOT NULL;
CREATE DOMAIN email AS extensions.citext CONSTRAINT has_at CHECK (VALUE ~ '^[^@]+@[^@]+$');
ALTER DOMAIN email ADD CONSTRAINT not_long CHECK (length(VALUE) < 255) NOT VALID;
ALTER DOMAIN email VALIDATE CONSTRAINT not_long;
ALTER DOMAIN positive SET DEFAULT 1;
ALTER DOMAIN positive DROP NOT NULL;
CREATE SEQUENCE IF NOT EXISTS ticket_numbers AS bigint START WITH 1000 INCREMENT BY 10 MINVALUE 1 NO MAXVALUE CACHE 5 NO CYCLE;
ALTER SEQUENCE ticket_numbers RESTART WITH 2000 OWNED BY NONE;
CREATE COLLATION IF NOT EXISTS plain (provider = libc, locale = 'C');
COMMENT ON DOMAIN email IS NULL;
DO $$ BEGIN
  CREATE TYPE state AS ENUM ('active', 'goodbye_sent', 'dormant');
EXCEPTION
  WHEN duplicate_object THEN NULL;
END $$;
