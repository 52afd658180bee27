-- a
CREATE TYPE prices AS RANGE (SUBTYPE = float4);
CREATE TABLE t (
    id int PRIMARY KEY,
    p prices NOT NULL DEFAULT '[1,2)',
    start float4 GENERATED ALWAYS AS (lower(p)) STORED,
    CONSTRAINT c CHECK (NOT isempty(p))
);
CREATE INDEX i ON t USING gist (p) WHERE p <> 'empty';

-- b
CREATE TYPE prices AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TABLE t (
    id int PRIMARY KEY,
    p prices NOT NULL DEFAULT '[1,2)',
    start float4 GENERATED ALWAYS AS (lower(p)) STORED,
    CONSTRAINT c CHECK (NOT isempty(p))
);
CREATE INDEX i ON t USING gist (p) WHERE p <> 'empty';

-- rows
INSERT INTO t VALUES (1, '[1,2)'), (2, '[3,4]');
