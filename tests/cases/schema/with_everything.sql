-- a

-- b
CREATE SCHEMA app;
CREATE TYPE app.role AS ENUM ('member', 'admin');
CREATE DOMAIN app.email AS text CHECK (VALUE LIKE '%@%');
CREATE FUNCTION app.is_admin(r app.role) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT r = 'admin' $$;
CREATE TABLE app.people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email app.email NOT NULL,
    role app.role NOT NULL DEFAULT 'member',
    CONSTRAINT c CHECK (app.is_admin(role) IS NOT NULL)
);
CREATE INDEX by_email ON app.people (email);
COMMENT ON TABLE app.people IS 'People.';
