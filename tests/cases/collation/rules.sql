-- icu

-- since 16

-- a
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und');

-- b
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
