-- a
CREATE TABLE users (id int, name text, active boolean);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS WITH c AS (SELECT id, row_number() OVER (ORDER BY name) AS place FROM users) SELECT c.id, l.n, CASE WHEN place = 1 THEN 'first' ELSE 'other -- ; ' END AS what FROM c CROSS JOIN LATERAL (SELECT count(*) AS n FROM users AS u WHERE u.id < c.id) AS l UNION ALL SELECT 0, 0, NULL ORDER BY 1;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);
