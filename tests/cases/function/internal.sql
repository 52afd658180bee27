-- superuser

-- a
CREATE FUNCTION "plus '"(int, int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';

-- b
CREATE FUNCTION "plus '"(int, int) RETURNS int LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE COST 2 AS 'int4mi';
