-- The functions of pgjwt, with an HMAC of their own, so that pgcrypto need not be there.
CREATE FUNCTION @extschema@.url_encode(data bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.translate(pg_catalog.encode(data, 'base64'), E'+/=\n', '-_')
$$;
CREATE FUNCTION @extschema@.url_decode(data text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.decode(
        pg_catalog.rpad(pg_catalog.translate(data, '-_', '+/'), (pg_catalog.length(data) + 3) / 4 * 4, '='), 'base64')
$$;
CREATE FUNCTION @extschema@.algorithm_sign(signables text, secret text, algorithm text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    size integer := CASE algorithm WHEN 'HS256' THEN 64 ELSE 128 END;
    key bytea := pg_catalog.convert_to(secret, 'UTF8');
    inner_key bytea;
    outer_key bytea;
    message bytea := pg_catalog.convert_to(signables, 'UTF8');
BEGIN
    IF algorithm NOT IN ('HS256', 'HS384', 'HS512') THEN
        RAISE EXCEPTION 'The stand-in for pgjwt has no algorithm "%"', algorithm USING ERRCODE = 'feature_not_supported';
    END IF;
    IF pg_catalog.length(key) > size THEN
        key := CASE algorithm WHEN 'HS256' THEN pg_catalog.sha256(key) WHEN 'HS384' THEN pg_catalog.sha384(key)
            ELSE pg_catalog.sha512(key) END;
    END IF;
    key := key || pg_catalog.decode(pg_catalog.repeat('00', size - pg_catalog.length(key)), 'hex');
    inner_key := key;
    outer_key := key;
    FOR i IN 0 .. size - 1 LOOP
        inner_key := pg_catalog.set_byte(inner_key, i, pg_catalog.get_byte(key, i) # 54);
        outer_key := pg_catalog.set_byte(outer_key, i, pg_catalog.get_byte(key, i) # 92);
    END LOOP;
    RETURN @extschema@.url_encode(CASE algorithm
        WHEN 'HS256' THEN pg_catalog.sha256(outer_key || pg_catalog.sha256(inner_key || message))
        WHEN 'HS384' THEN pg_catalog.sha384(outer_key || pg_catalog.sha384(inner_key || message))
        ELSE pg_catalog.sha512(outer_key || pg_catalog.sha512(inner_key || message)) END);
END
$$;
CREATE FUNCTION @extschema@.sign(payload json, secret text, algorithm text DEFAULT 'HS256') RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT signables || '.' || @extschema@.algorithm_sign(signables, secret, algorithm)
    FROM (SELECT
        @extschema@.url_encode(pg_catalog.convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'UTF8')) || '.'
        || @extschema@.url_encode(pg_catalog.convert_to(payload::text, 'UTF8'))) AS parts (signables)
$$;
CREATE FUNCTION @extschema@.verify(
    token text, secret text, algorithm text DEFAULT 'HS256', OUT header json, OUT payload json, OUT valid boolean
) RETURNS record LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.convert_from(@extschema@.url_decode(pg_catalog.split_part(token, '.', 1)), 'UTF8')::json,
        pg_catalog.convert_from(@extschema@.url_decode(pg_catalog.split_part(token, '.', 2)), 'UTF8')::json,
        pg_catalog.split_part(token, '.', 3) = @extschema@.algorithm_sign(
            pg_catalog.split_part(token, '.', 1) || '.' || pg_catalog.split_part(token, '.', 2), secret, algorithm)
$$;
