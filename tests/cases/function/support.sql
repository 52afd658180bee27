-- superuser

-- a
CREATE FUNCTION starts(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT starts_with($1, $2)';

-- b
CREATE FUNCTION starts(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT SUPPORT text_starts_with_support AS 'SELECT starts_with($1, $2)';
COMMENT ON FUNCTION starts(text, text) IS 'planned';
