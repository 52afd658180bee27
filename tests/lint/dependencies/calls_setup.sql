CREATE TABLE towns (town_id bigint PRIMARY KEY, town_name text, pop int, tags text[], founded date);
INSERT INTO towns VALUES (1, 'a', 5, '{x}', '2020-01-01');
CREATE TYPE pair AS (town_id bigint, town_name text);
CREATE VIEW big AS SELECT town_id, town_name FROM towns;
CREATE FUNCTION fill(x int) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
