-- since 17

-- a

-- b
CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C.UTF-8');
