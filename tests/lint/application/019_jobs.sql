-- A queue of background jobs; workers take from it with SKIP LOCKED.
SET search_path = app, public;

CREATE TYPE job_state AS ENUM ('queued', 'running', 'done', 'failed');
CREATE UNLOGGED TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1 CACHE 20) PRIMARY KEY,
    queue text NOT NULL DEFAULT 'default',
    kind text NOT NULL,
    args jsonb NOT NULL DEFAULT '{}',
    state job_state NOT NULL DEFAULT 'queued',
    run_at timestamptz NOT NULL DEFAULT now(),
    attempts smallint NOT NULL DEFAULT 0,
    locked_by text,
    error text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX jobs_ready_idx ON jobs (queue, run_at) WHERE state = 'queued';
CREATE UNIQUE INDEX jobs_once_idx ON jobs (kind, (args ->> 'key')) WHERE args ? 'key' AND state IN ('queued', 'running');

CREATE FUNCTION enqueue(kind text, args jsonb DEFAULT '{}', run_at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO app.jobs (kind, args, run_at) VALUES ($1, $2, $3)
    ON CONFLICT (kind, (args ->> 'key')) WHERE args ? 'key' AND state IN ('queued', 'running') DO NOTHING
    RETURNING id
$$;
CREATE FUNCTION enqueue(kind text, delay interval) RETURNS bigint
LANGUAGE sql RETURN enqueue(kind => kind, run_at => now() + delay);

CREATE FUNCTION take_jobs(worker text, most int = 1) RETURNS SETOF jobs
LANGUAGE sql AS $$
    WITH next AS MATERIALIZED (
        SELECT id FROM app.jobs
        WHERE state = 'queued' AND run_at <= clock_timestamp()
        ORDER BY run_at, id LIMIT most FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE app.jobs j SET state = 'running', attempts = j.attempts + 1, locked_by = worker
    FROM next WHERE next.id = j.id
    RETURNING j.*
$$;

SELECT enqueue('welcome', jsonb '{"key": "first"}'), enqueue('digest', interval '1 hour'), enqueue(kind := 'clean');
SELECT id, kind, state, (args ->> 'key') IS NOT NULL AS once FROM take_jobs(most => 2, worker => 'w1');
DELETE FROM jobs USING (SELECT j2.id FROM jobs j2 WHERE j2.state = 'running') AS busy
WHERE jobs.id = busy.id RETURNING jobs.kind, busy.id;

CREATE OR REPLACE FUNCTION public.on_new_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    n int;
BEGIN
    PERFORM app.enqueue('push', jsonb_build_object('message', NEW.id, 'channel', NEW.channel_id));
    PERFORM pg_notify('messages', json_build_object('id', NEW.id)::text);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN NEW;
END $$;
CREATE CONSTRAINT TRIGGER on_new_message AFTER INSERT ON public.messages
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.on_new_message();

RESET search_path;
