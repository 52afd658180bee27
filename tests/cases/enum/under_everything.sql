-- a
CREATE TYPE role AS ENUM ('member', 'admin', 'owner');
CREATE TABLE t (
    id int PRIMARY KEY,
    r role NOT NULL DEFAULT 'admin',
    rs role[] DEFAULT ARRAY['admin'::role],
    high boolean GENERATED ALWAYS AS (r > 'member') STORED,
    CONSTRAINT low CHECK (r <> 'owner' OR id > 0)
);
CREATE INDEX admins ON t (id) WHERE r = 'admin';
CREATE INDEX by_role ON t (r, id);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON t FOR SELECT TO schema_dsl_cases_reader USING (r = 'admin'::role);
COMMENT ON POLICY mine ON t IS 'Admins.';

-- b
CREATE TYPE role AS ENUM ('owner', 'admin');
CREATE TABLE t (
    id int PRIMARY KEY,
    r role NOT NULL DEFAULT 'admin',
    rs role[] DEFAULT ARRAY['admin'::role],
    high boolean GENERATED ALWAYS AS (r > 'owner') STORED,
    CONSTRAINT low CHECK (r <> 'owner' OR id > 0)
);
CREATE INDEX admins ON t (id) WHERE r = 'admin';
CREATE INDEX by_role ON t (r, id);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON t FOR SELECT TO schema_dsl_cases_reader USING (r = 'admin'::role);
COMMENT ON POLICY mine ON t IS 'Admins.';

-- rows
INSERT INTO t VALUES (1, 'admin', '{admin,owner}'), (2, 'owner', NULL);
