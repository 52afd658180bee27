CREATE TABLE reels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, n int NOT NULL DEFAULT 1, twice int GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT n_there CHECK (n > 0), EXCLUDE (n WITH =));
CREATE TABLE cuts (id bigint PRIMARY KEY, reel_id bigint CONSTRAINT of_reel REFERENCES reels);
CREATE VIEW long_reels AS SELECT id, code, n FROM reels;
CREATE MATERIALIZED VIEW stored_reels AS SELECT id, n FROM reels;
CREATE TYPE frame AS (x int, y int);
