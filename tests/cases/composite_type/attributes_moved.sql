-- a
CREATE TYPE pair AS (a int, b text, c date);

-- b
CREATE TYPE pair AS (c date, b text, a int);
