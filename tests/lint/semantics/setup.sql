-- The objects that the tested expressions and statements use, on a server and in lint.
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN pos AS integer CHECK (VALUE > 0);
CREATE TYPE address AS (street text, city text, zip int);
CREATE TABLE people (
    i2 smallint, i4 integer PRIMARY KEY, i8 bigint, n numeric(10, 2), f4 real, f8 double precision, t text,
    vc varchar(10), ch char(3), b boolean, u uuid, ts timestamp, tz timestamptz, d date, tm time, iv interval,
    j json, jb jsonb, ba bytea, ta text[], i4a integer[], ua uuid[], m mood, dom email, pd pos, ir int4range,
    tr tstzrange, ip inet, addr address, nm name, o oid, rc regclass, by "char", bt bit(3), mr int4multirange,
    xm xml
);
CREATE TABLE teams (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    name text NOT NULL UNIQUE,
    seats integer NOT NULL DEFAULT 5 CHECK (seats > 0),
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE members (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'member',
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, user_id)
);
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    team_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind mood,
    payload jsonb,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE VIEW team_sizes AS
SELECT t.id, t.name, count(m.user_id) AS size, max(m.joined_at) AS last
FROM teams t LEFT JOIN members m ON m.team_id = t.id GROUP BY t.id;
CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
CREATE FUNCTION greet(name text, greeting text DEFAULT 'hi') RETURNS text LANGUAGE sql STABLE
AS 'SELECT greeting || name';
CREATE FUNCTION teams_of(who uuid) RETURNS TABLE (team uuid, title text) LANGUAGE sql STABLE
AS $$ SELECT t.id, t.name FROM teams t JOIN members m ON m.team_id = t.id WHERE m.user_id = who $$;
CREATE FUNCTION all_teams() RETURNS SETOF teams LANGUAGE sql STABLE AS 'SELECT * FROM teams';
CREATE FUNCTION longest(VARIADIC words text[]) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT w FROM unnest(words) w ORDER BY length(w) DESC LIMIT 1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
CREATE POLICY teams_read ON teams FOR SELECT USING (true);
