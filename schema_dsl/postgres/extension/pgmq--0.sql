-- The functions of pgmq that send and read, on tables of the same names.
CREATE SCHEMA IF NOT EXISTS pgmq;
GRANT USAGE ON SCHEMA pgmq TO @extowner@ WITH GRANT OPTION;
CREATE TABLE pgmq.meta (
    queue_name varchar UNIQUE NOT NULL,
    is_partitioned boolean NOT NULL,
    is_unlogged boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TYPE pgmq.message_record AS (msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb);
CREATE TYPE pgmq.queue_record AS (
    queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
);
GRANT ALL ON pgmq.meta TO @extowner@ WITH GRANT OPTION;
CREATE FUNCTION pgmq.create(queue_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    queue text := pg_catalog.lower(queue_name);
BEGIN
    EXECUTE pg_catalog.format('CREATE TABLE IF NOT EXISTS pgmq.%I (
        msg_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, read_ct integer NOT NULL DEFAULT 0,
        enqueued_at timestamptz NOT NULL DEFAULT now(), vt timestamptz NOT NULL, message jsonb)', 'q_' || queue);
    EXECUTE pg_catalog.format('CREATE TABLE IF NOT EXISTS pgmq.%I (
        msg_id bigint PRIMARY KEY, read_ct integer NOT NULL DEFAULT 0, enqueued_at timestamptz NOT NULL DEFAULT now(),
        archived_at timestamptz NOT NULL DEFAULT now(), vt timestamptz NOT NULL, message jsonb)', 'a_' || queue);
    INSERT INTO pgmq.meta VALUES (queue, false, false) ON CONFLICT DO NOTHING;
END
$$;
CREATE FUNCTION pgmq.create_unlogged(queue_name text) RETURNS void LANGUAGE sql AS $$ SELECT pgmq.create(queue_name) $$;
CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, delay integer DEFAULT 0) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE pg_catalog.format(
        'INSERT INTO pgmq.%I (vt, message) VALUES (clock_timestamp() + $2 * interval ''1 second'', $1) RETURNING msg_id',
        'q_' || pg_catalog.lower(queue_name)) USING msg, delay;
END
$$;
CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], delay integer DEFAULT 0) RETURNS SETOF bigint
LANGUAGE sql AS $$ SELECT pgmq.send(queue_name, msg, delay) FROM pg_catalog.unnest(msgs) AS sent (msg) $$;
CREATE FUNCTION pgmq.read(queue_name text, vt integer, qty integer) RETURNS SETOF pgmq.message_record
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE pg_catalog.format(
        'UPDATE pgmq.%1$I AS m SET vt = clock_timestamp() + $1 * interval ''1 second'', read_ct = read_ct + 1
        WHERE msg_id IN (SELECT msg_id FROM pgmq.%1$I WHERE vt <= clock_timestamp() ORDER BY msg_id LIMIT $2
            FOR UPDATE SKIP LOCKED)
        RETURNING m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message', 'q_' || pg_catalog.lower(queue_name))
    USING vt, qty;
END
$$;
CREATE FUNCTION pgmq.pop(queue_name text) RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE pg_catalog.format(
        'DELETE FROM pgmq.%1$I AS m WHERE msg_id = (SELECT msg_id FROM pgmq.%1$I WHERE vt <= clock_timestamp()
            ORDER BY msg_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message', 'q_' || pg_catalog.lower(queue_name));
END
$$;
CREATE FUNCTION pgmq.delete(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    EXECUTE pg_catalog.format('DELETE FROM pgmq.%I WHERE msg_id = $1 RETURNING msg_id', 'q_' || pg_catalog.lower(queue_name))
    INTO found USING msg_id;
    RETURN found IS NOT NULL;
END
$$;
CREATE FUNCTION pgmq.archive(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    EXECUTE pg_catalog.format(
        'WITH gone AS (DELETE FROM pgmq.%I WHERE msg_id = $1 RETURNING msg_id, read_ct, enqueued_at, vt, message)
        INSERT INTO pgmq.%I (msg_id, read_ct, enqueued_at, vt, message) SELECT * FROM gone RETURNING msg_id',
        'q_' || pg_catalog.lower(queue_name), 'a_' || pg_catalog.lower(queue_name)) INTO found USING msg_id;
    RETURN found IS NOT NULL;
END
$$;
CREATE FUNCTION pgmq.purge_queue(queue_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    count bigint;
BEGIN
    EXECUTE pg_catalog.format('DELETE FROM pgmq.%I', 'q_' || pg_catalog.lower(queue_name));
    GET DIAGNOSTICS count = ROW_COUNT;
    RETURN count;
END
$$;
CREATE FUNCTION pgmq.drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    queue text := pg_catalog.lower(queue_name);
BEGIN
    EXECUTE pg_catalog.format('DROP TABLE IF EXISTS pgmq.%I, pgmq.%I', 'q_' || queue, 'a_' || queue);
    DELETE FROM pgmq.meta AS m WHERE m.queue_name = queue;
    RETURN FOUND;
END
$$;
CREATE FUNCTION pgmq.list_queues() RETURNS SETOF pgmq.queue_record LANGUAGE sql AS $$
    SELECT queue_name, is_partitioned, is_unlogged, created_at FROM pgmq.meta
$$;
GRANT CREATE ON SCHEMA pgmq TO @extowner@;
