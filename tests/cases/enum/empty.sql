-- a
CREATE TYPE role AS ENUM ();

-- b
CREATE TYPE role AS ENUM ('a');
