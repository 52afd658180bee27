-- a
CREATE TYPE nothing AS ();

-- b
CREATE TYPE nothing AS (a int);
