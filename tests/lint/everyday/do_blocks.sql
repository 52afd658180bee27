DO $$ BEGIN CREATE TYPE state AS ENUM ('new', 'open', 'done'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE IF NOT EXISTS tickets (id bigserial PRIMARY KEY, state state NOT NULL DEFAULT 'new', owner text, opened timestamptz NOT NULL DEFAULT now(), priority int);
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'tickets' AND column_name = 'closed') THEN
        ALTER TABLE tickets ADD COLUMN closed timestamptz;
    END IF;
END $$;
DO $$
DECLARE r record; n int := 0; total bigint;
BEGIN
    FOR r IN SELECT owner, count(*) AS c, min(opened) AS first FROM tickets WHERE closed IS NULL GROUP BY owner HAVING count(*) > 1 LOOP
        RAISE NOTICE '% has % since %', r.owner, r.c, r.first; n := n + r.c;
    END LOOP;
    SELECT sum(priority), max(opened) INTO total FROM tickets;
    IF (SELECT count(*) FROM tickets) > 1000 THEN RAISE EXCEPTION 'too many: %', n; END IF;
    UPDATE tickets SET priority = s.p FROM (SELECT id, row_number() OVER (PARTITION BY owner ORDER BY opened) AS p FROM tickets) s WHERE s.id = tickets.id;
END $$;
DO $$ BEGIN PERFORM 1 FROM pg_roles WHERE rolname = 'hist_reader'; IF NOT FOUND THEN CREATE ROLE hist_reader; END IF; END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO hist_reader;
CREATE OR REPLACE FUNCTION close_ticket(p_id bigint) RETURNS tickets LANGUAGE plpgsql AS $$
DECLARE result tickets;
BEGIN
    UPDATE tickets SET closed = now(), state = 'done' WHERE id = p_id RETURNING * INTO result;
    IF NOT FOUND THEN RAISE EXCEPTION 'no ticket %', p_id; END IF;
    RETURN result;
END $$;
CREATE OR REPLACE FUNCTION stats(since timestamptz DEFAULT now() - interval '1 day') RETURNS TABLE (owner_name text, tickets bigint, share numeric) LANGUAGE sql STABLE AS $$
    SELECT t.owner, count(*), round(count(*) * 100.0 / sum(count(*)) OVER (), 1) FROM tickets t WHERE t.opened > since GROUP BY t.owner ORDER BY count(*) DESC, 1
$$;
CREATE OR REPLACE PROCEDURE archive(older interval, INOUT moved bigint DEFAULT 0) LANGUAGE plpgsql AS $$
BEGIN
    WITH gone AS (DELETE FROM tickets WHERE closed < now() - older RETURNING *), kept AS (INSERT INTO tickets_archive SELECT * FROM gone RETURNING 1)
    SELECT count(*) INTO moved FROM kept;
    COMMIT;
END $$;
CREATE TABLE tickets_archive (LIKE tickets INCLUDING ALL);
CALL archive('1 year');
CALL archive(older => interval '2 years', moved => 0);
DROP PROCEDURE archive(interval, bigint);
DROP FUNCTION IF EXISTS stats(timestamptz);
DROP FUNCTION IF EXISTS never_there(int, nothing);
ALTER FUNCTION close_ticket SET search_path = public;
ALTER FUNCTION close_ticket(bigint) OWNER TO CURRENT_USER;
COMMENT ON FUNCTION close_ticket IS 'closes';
REVOKE ALL ON FUNCTION close_ticket(bigint) FROM PUBLIC;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['tickets', 'tickets_archive'] LOOP EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (owner)', t || '_owner', t); END LOOP; END $$;
SELECT owner, state, count(*) FILTER (WHERE priority > 1) AS urgent FROM tickets GROUP BY 1, 2 ORDER BY 3 DESC;
SELECT date_trunc('week', opened)::date AS week, percentile_cont(0.5) WITHIN GROUP (ORDER BY priority) FROM tickets GROUP BY week ORDER BY week;
SELECT owner, array_agg(DISTINCT state ORDER BY state) FROM tickets GROUP BY owner;
SELECT coalesce(owner, '-') AS who, count(*) FROM tickets GROUP BY coalesce(owner, '-') ORDER BY who;
