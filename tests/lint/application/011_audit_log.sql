-- Who changed what, by month.
CREATE SCHEMA IF NOT EXISTS audit;

CREATE TABLE IF NOT EXISTS audit.log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    actor uuid,
    relation regclass NOT NULL,
    operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),
    old_row jsonb,
    new_row jsonb,
    changed text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

CREATE TABLE IF NOT EXISTS audit.log_default PARTITION OF audit.log DEFAULT;
CREATE TABLE IF NOT EXISTS audit.log_2024_01 PARTITION OF audit.log
    FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');

DO $$
DECLARE
    month date;
BEGIN
    FOR month IN
        SELECT generate_series(date '2024-02-01', date '2024-06-01', interval '1 month')
    LOOP
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS audit.%I PARTITION OF audit.log FOR VALUES FROM (%L) TO (%L)',
            'log_' || to_char(month, 'YYYY_MM'), month, month + interval '1 month'
        );
    END LOOP;
END
$$;

CREATE INDEX IF NOT EXISTS log_actor_at_idx ON audit.log (actor, at DESC);
CREATE INDEX IF NOT EXISTS log_relation_idx ON audit.log USING brin (at) WITH (pages_per_range = 32);

CREATE OR REPLACE FUNCTION audit.record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    key text;
    changed text[] := '{}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOR key IN SELECT jsonb_object_keys(after) LOOP
            CONTINUE WHEN key = ANY (TG_ARGV);
            IF before -> key IS DISTINCT FROM after -> key THEN
                changed := array_append(changed, key);
            END IF;
        END LOOP;
        IF cardinality(changed) = 0 THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO audit.log (actor, relation, operation, old_row, new_row, changed)
    VALUES (auth.uid(), TG_RELID::regclass, TG_OP, before, after, changed);
    RETURN NULL;
END
$$;

DO $do$
DECLARE
    which text;
BEGIN
    FOREACH which IN ARRAY ARRAY['organisations', 'members', 'projects', 'tasks'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS zz_audit ON public.%I', which);
        EXECUTE format(
            $sql$CREATE TRIGGER zz_audit AFTER INSERT OR UPDATE OR DELETE ON public.%I
                 FOR EACH ROW EXECUTE FUNCTION audit.record('updated_at', 'comment_count')$sql$,
            which
        );
    END LOOP;
END
$do$;

-- Nobody changes history.
CREATE OR REPLACE RULE log_never_updated AS ON UPDATE TO audit.log DO INSTEAD NOTHING;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO service_role;
GRANT SELECT ON audit.log TO service_role;
