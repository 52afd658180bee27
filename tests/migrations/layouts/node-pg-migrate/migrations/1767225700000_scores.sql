-- down migration: and back
DROP TABLE scores;
--------- UP MIGRATION
CREATE TABLE scores (team_id bigint REFERENCES teams (id), points integer);
CREATE FUNCTION points() RETURNS bigint LANGUAGE sql AS $$
-- Down Migration
SELECT sum(points) FROM scores$$;
