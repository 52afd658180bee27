-- The functions of pgcrypto by name and type. What they return is of no use outside of a scratch server.
CREATE FUNCTION @extschema@.gen_random_bytes(count integer) RETURNS bytea LANGUAGE sql VOLATILE STRICT AS $$
    SELECT pg_catalog.substring(pg_catalog.string_agg(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()), ''), 1, count)
    FROM pg_catalog.generate_series(0, count / 16)
$$;
CREATE FUNCTION @extschema@.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT pg_catalog.gen_random_uuid() $$;
CREATE FUNCTION @extschema@.digest(data bytea, type text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE pg_catalog.lower(type)
        WHEN 'md5' THEN RETURN pg_catalog.decode(pg_catalog.md5(data), 'hex');
        WHEN 'sha224' THEN RETURN pg_catalog.sha224(data);
        WHEN 'sha256' THEN RETURN pg_catalog.sha256(data);
        WHEN 'sha384' THEN RETURN pg_catalog.sha384(data);
        WHEN 'sha512' THEN RETURN pg_catalog.sha512(data);
        ELSE RAISE EXCEPTION 'The stand-in for pgcrypto has no digest "%"', type USING ERRCODE = 'feature_not_supported';
    END CASE;
END
$$;
CREATE FUNCTION @extschema@.digest(data text, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT @extschema@.digest(pg_catalog.convert_to(data, 'UTF8'), type)
$$;
CREATE FUNCTION @extschema@.hmac(data bytea, key bytea, type text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    size integer := CASE WHEN pg_catalog.lower(type) IN ('sha384', 'sha512') THEN 128 ELSE 64 END;
    padded bytea := CASE WHEN pg_catalog.length(key) > size THEN @extschema@.digest(key, type) ELSE key END;
    inner_key bytea;
    outer_key bytea;
BEGIN
    padded := padded || pg_catalog.decode(pg_catalog.repeat('00', size - pg_catalog.length(padded)), 'hex');
    inner_key := padded;
    outer_key := padded;
    FOR i IN 0 .. size - 1 LOOP
        inner_key := pg_catalog.set_byte(inner_key, i, pg_catalog.get_byte(padded, i) # 54);
        outer_key := pg_catalog.set_byte(outer_key, i, pg_catalog.get_byte(padded, i) # 92);
    END LOOP;
    RETURN @extschema@.digest(outer_key || @extschema@.digest(inner_key || data, type), type);
END
$$;
CREATE FUNCTION @extschema@.hmac(data text, key text, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT @extschema@.hmac(pg_catalog.convert_to(data, 'UTF8'), pg_catalog.convert_to(key, 'UTF8'), type)
$$;
CREATE FUNCTION @extschema@.gen_salt(type text) RETURNS text LANGUAGE sql VOLATILE STRICT AS $$
    SELECT '$stand-in$' || pg_catalog.substr(pg_catalog.md5(pg_catalog.gen_random_uuid()::text), 1, 22)
$$;
CREATE FUNCTION @extschema@.gen_salt(type text, rounds integer) RETURNS text LANGUAGE sql VOLATILE STRICT AS $$
    SELECT @extschema@.gen_salt(type)
$$;
-- Not a hash to keep passwords with; crypt(password, stored) = stored holds as in pgcrypto.
CREATE FUNCTION @extschema@.crypt(password text, salt text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.substr(salt, 1, 32) || pg_catalog.md5(pg_catalog.substr(salt, 1, 32) || password)
$$;
-- The key is compared, and the data is only hidden from the eye.
CREATE FUNCTION @extschema@.encrypt(data bytea, key bytea, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.sha256(key) || data
$$;
CREATE FUNCTION @extschema@.decrypt(data bytea, key bytea, type text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF pg_catalog.substring(data, 1, 32) <> pg_catalog.sha256(key) THEN
        RAISE EXCEPTION 'Wrong key or corrupt data' USING ERRCODE = 'external_routine_invocation_exception';
    END IF;
    RETURN pg_catalog.substring(data, 33);
END
$$;
CREATE FUNCTION @extschema@.pgp_sym_encrypt_bytea(data bytea, key text, options text DEFAULT '') RETURNS bytea
LANGUAGE sql VOLATILE STRICT AS $$ SELECT @extschema@.encrypt(data, pg_catalog.convert_to(key, 'UTF8'), 'aes') $$;
CREATE FUNCTION @extschema@.pgp_sym_decrypt_bytea(data bytea, key text, options text DEFAULT '') RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT @extschema@.decrypt(data, pg_catalog.convert_to(key, 'UTF8'), 'aes') $$;
CREATE FUNCTION @extschema@.pgp_sym_encrypt(data text, key text, options text DEFAULT '') RETURNS bytea
LANGUAGE sql VOLATILE STRICT AS $$ SELECT @extschema@.pgp_sym_encrypt_bytea(pg_catalog.convert_to(data, 'UTF8'), key) $$;
CREATE FUNCTION @extschema@.pgp_sym_decrypt(data bytea, key text, options text DEFAULT '') RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pg_catalog.convert_from(@extschema@.pgp_sym_decrypt_bytea(data, key), 'UTF8') $$;
