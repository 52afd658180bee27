-- a
CREATE TYPE prices AS RANGE (SUBTYPE = float8);

-- b
CREATE TYPE prices AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = many_prices);
