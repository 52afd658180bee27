CREATE TYPE plan_tier AS ENUM ('free', 'pro', 'enterprise');
CREATE DOMAIN email_address AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE DOMAIN percentage AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN slug AS text NOT NULL CHECK (VALUE ~ '^[a-z0-9-]+$');
CREATE TABLE accounts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug slug UNIQUE,
  tier plan_tier NOT NULL DEFAULT 'free',
  contact email_address,
  seats int NOT NULL DEFAULT 1 CHECK (seats > 0),
  trial_ends date,
  settings jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  allowed_from inet,
  quota numeric(6,2),
  active tstzrange,
  lifespan interval,
  code char(4),
  short varchar(10),
  bits bit(4),
  small smallint,
  price money,
  loc point,
  at timestamptz DEFAULT now()
);
CREATE TABLE members (
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  user_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  joined timestamptz NOT NULL DEFAULT now(),
  share percentage,
  PRIMARY KEY (account_id, user_id)
);
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY,
  account_id uuid NOT NULL REFERENCES accounts,
  kind text NOT NULL,
  payload jsonb,
  region text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE orders (id int, region text, total numeric, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('eu', 'uk');
CREATE TABLE orders_us PARTITION OF orders FOR VALUES IN ('us');
CREATE TABLE shards (id int PRIMARY KEY, v text) PARTITION BY HASH (id);
CREATE TABLE shards_0 PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE readings (sensor int, at date, v real) PARTITION BY RANGE (sensor, at);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM (1, '2024-01-01') TO (10, MAXVALUE);
CREATE TABLE tickets (id int PRIMARY KEY, state text) PARTITION BY RANGE (id);
CREATE TABLE tickets_low PARTITION OF tickets FOR VALUES FROM (MINVALUE) TO (100);
CREATE TABLE tickets_rest PARTITION OF tickets DEFAULT;
