-- The functions of uuid-ossp by name and type.
CREATE FUNCTION @extschema@.uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_oid() RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
CREATE FUNCTION @extschema@.uuid_ns_x500() RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
-- The time in steps of 100 ns since 1582, a random clock sequence, and a random node with the bit of a multicast address.
CREATE FUNCTION @extschema@.uuid_generate_v1() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (
        pg_catalog.substr(steps, 8) || pg_catalog.substr(steps, 4, 4) || '1' || pg_catalog.substr(steps, 1, 3)
        || pg_catalog.substr(random, 17, 5) || pg_catalog.translate(pg_catalog.substr(random, 22, 1), '02468ace', '13579bdf')
        || pg_catalog.substr(random, 23)
    )::uuid
    FROM (SELECT
        pg_catalog.lpad(pg_catalog.to_hex(
            (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp()) * 10000000)::bigint + 122192928000000000
        ), 15, '0'),
        pg_catalog.encode(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()), 'hex')
    ) AS parts (steps, random)
$$;
CREATE FUNCTION @extschema@.uuid_generate_v1mc() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT @extschema@.uuid_generate_v1() $$;
CREATE FUNCTION @extschema@.uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT pg_catalog.gen_random_uuid() $$;
CREATE FUNCTION @extschema@.uuid_generate_v3(namespace uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT pg_catalog.encode(
        pg_catalog.set_byte(
            pg_catalog.set_byte(hash, 6, (pg_catalog.get_byte(hash, 6) & 15) | 48),
            8, (pg_catalog.get_byte(hash, 8) & 63) | 128
        ), 'hex')::uuid
    FROM (SELECT pg_catalog.decode(
        pg_catalog.md5(pg_catalog.uuid_send(namespace) || pg_catalog.convert_to(name, 'UTF8')), 'hex')) AS hashed (hash)
$$;
-- SHA-1 of the namespace and the name: Postgres itself has no SHA-1. See RFC 3174 for the constants.
CREATE FUNCTION @extschema@.uuid_generate_v5(namespace uuid, name text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    word constant bigint := 4294967295;
    data bytea := pg_catalog.uuid_send(namespace) || pg_catalog.convert_to(name, 'UTF8');
    padded bytea := data || '\x80' || pg_catalog.decode(
        pg_catalog.repeat('00', (119 - pg_catalog.length(data) % 64) % 64), 'hex'
    ) || pg_catalog.int8send(pg_catalog.length(data) * 8::bigint);
    hash bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; mixed bigint; next bigint;
    digest bytea := '';
BEGIN
    FOR block IN 0 .. pg_catalog.length(padded) / 64 - 1 LOOP
        FOR t IN 0 .. 79 LOOP
            IF t < 16 THEN
                w[t] := 0;
                FOR i IN 0 .. 3 LOOP
                    w[t] := w[t] * 256 + pg_catalog.get_byte(padded, block * 64 + t * 4 + i);
                END LOOP;
            ELSE
                next := w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16];
                w[t] := ((next << 1) & word) | (next >> 31);
            END IF;
        END LOOP;
        a := hash[1]; b := hash[2]; c := hash[3]; d := hash[4]; e := hash[5];
        FOR t IN 0 .. 79 LOOP
            mixed := CASE t / 20
                WHEN 0 THEN ((b & c) | ((b # word) & d)) + 1518500249
                WHEN 1 THEN (b # c # d) + 1859775393
                WHEN 2 THEN ((b & c) | (b & d) | (c & d)) + 2400959708
                ELSE (b # c # d) + 3395469782
            END;
            next := ((((a << 5) & word) | (a >> 27)) + mixed + e + w[t]) & word;
            e := d; d := c; c := ((b << 30) & word) | (b >> 2); b := a; a := next;
        END LOOP;
        hash := ARRAY[
            (hash[1] + a) & word, (hash[2] + b) & word, (hash[3] + c) & word, (hash[4] + d) & word, (hash[5] + e) & word
        ];
    END LOOP;
    FOR i IN 1 .. 4 LOOP
        digest := digest || pg_catalog.substring(pg_catalog.int8send(hash[i]), 5);
    END LOOP;
    digest := pg_catalog.set_byte(digest, 6, (pg_catalog.get_byte(digest, 6) & 15) | 80);
    RETURN pg_catalog.encode(
        pg_catalog.set_byte(digest, 8, (pg_catalog.get_byte(digest, 8) & 63) | 128), 'hex'
    )::uuid;
END
$$;
