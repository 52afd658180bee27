-- a
CREATE VIEW v AS SELECT 1 AS a;

-- b
CREATE VIEW v (a, b) AS SELECT x.a, x.b FROM (VALUES (1, 'x'), (2, 'y')) AS x (a, b);
