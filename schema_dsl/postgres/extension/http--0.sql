-- The functions of pgsql-http. No request leaves the server.
CREATE TYPE @extschema@.http_header AS (field varchar, value varchar);
CREATE TYPE @extschema@.http_request AS (
    method varchar, uri varchar, headers @extschema@.http_header[], content_type varchar, content varchar
);
CREATE TYPE @extschema@.http_response AS (
    status integer, content_type varchar, headers @extschema@.http_header[], content varchar
);
CREATE FUNCTION @extschema@.http(request @extschema@.http_request) RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT ROW(503, 'text/plain', NULL, 'The stand-in for http sends no request.')::@extschema@.http_response
$$;
CREATE FUNCTION @extschema@.http_header(field varchar, value varchar) RETURNS @extschema@.http_header LANGUAGE sql AS $$
    SELECT ROW(field, value)::@extschema@.http_header
$$;
CREATE FUNCTION @extschema@.http_get(uri varchar) RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http(('GET', uri, NULL, NULL, NULL)::@extschema@.http_request)
$$;
CREATE FUNCTION @extschema@.http_get(uri varchar, data jsonb) RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http_get(uri)
$$;
CREATE FUNCTION @extschema@.http_post(uri varchar, content varchar, content_type varchar)
RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http(('POST', uri, NULL, content_type, content)::@extschema@.http_request)
$$;
CREATE FUNCTION @extschema@.http_post(uri varchar, data jsonb) RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http_post(uri, data::text, 'application/x-www-form-urlencoded')
$$;
CREATE FUNCTION @extschema@.http_put(uri varchar, content varchar, content_type varchar)
RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http(('PUT', uri, NULL, content_type, content)::@extschema@.http_request)
$$;
CREATE FUNCTION @extschema@.http_patch(uri varchar, content varchar, content_type varchar)
RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http(('PATCH', uri, NULL, content_type, content)::@extschema@.http_request)
$$;
CREATE FUNCTION @extschema@.http_delete(uri varchar) RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http(('DELETE', uri, NULL, NULL, NULL)::@extschema@.http_request)
$$;
CREATE FUNCTION @extschema@.http_head(uri varchar) RETURNS @extschema@.http_response LANGUAGE sql AS $$
    SELECT @extschema@.http(('HEAD', uri, NULL, NULL, NULL)::@extschema@.http_request)
$$;
CREATE FUNCTION @extschema@.http_set_curlopt(curlopt varchar, value varchar) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
CREATE FUNCTION @extschema@.http_reset_curlopt() RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
CREATE FUNCTION @extschema@.urlencode(string varchar) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.string_agg(
        CASE WHEN letter ~ '[A-Za-z0-9_.~-]' THEN letter
            ELSE pg_catalog.upper(pg_catalog.regexp_replace(
                pg_catalog.encode(pg_catalog.convert_to(letter, 'UTF8'), 'hex'), '(..)', '%\1', 'g'))
        END, '' ORDER BY place)
    FROM pg_catalog.regexp_split_to_table(string, '') WITH ORDINALITY AS letters (letter, place)
$$;
