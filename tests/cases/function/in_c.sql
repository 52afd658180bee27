-- superuser

-- a
CREATE FUNCTION citext_lower(text) RETURNS int LANGUAGE c IMMUTABLE AS '$libdir/citext', 'citext_hash';

-- b
CREATE FUNCTION citext_lower(text) RETURNS int LANGUAGE c IMMUTABLE STRICT AS '$libdir/citext', 'citext_hash';
