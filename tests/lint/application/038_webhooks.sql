-- Outgoing webhooks.
CREATE TABLE public.webhooks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    url text NOT NULL CHECK (url LIKE 'https://%'),
    secret text NOT NULL DEFAULT encode(sha256(random()::text::bytea), 'hex'),
    events text[] NOT NULL,
    active boolean DEFAULT true
);
CREATE TABLE public.webhook_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES public.webhooks (id) ON DELETE CASCADE,
    payload jsonb NOT NULL,
    status integer,
    took interval,
    attempted_at timestamptz[] NOT NULL DEFAULT ARRAY[]::timestamptz[],
    next_attempt timestamptz DEFAULT now()
);
ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY "admins manage webhooks" ON public.webhooks FOR ALL TO authenticated
    USING ((SELECT app.has_role(webhooks.org_id, 'admin', 'owner')));
CREATE POLICY "admins see deliveries" ON public.webhook_deliveries FOR SELECT TO authenticated
    USING (webhook_id IN (SELECT w.id FROM public.webhooks AS w WHERE app.has_role(w.org_id, 'admin', 'owner')));
CREATE POLICY "service" ON public.webhook_deliveries FOR ALL USING (auth.role() = 'service_role');
GRANT SELECT, INSERT, UPDATE, DELETE ON public.webhooks TO authenticated;
GRANT SELECT ON public.webhook_deliveries TO authenticated;

CREATE OR REPLACE FUNCTION app.deliver() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
<<fn>>
DECLARE
    hook public.webhooks;
    event_name CONSTANT text := TG_TABLE_NAME || '.' || lower(TG_OP);
    sent integer := 0;
    org uuid;
    hooks CURSOR FOR SELECT w.* FROM public.webhooks AS w WHERE w.active AND w.org_id = fn.org;
BEGIN
    SELECT p.org_id INTO fn.org FROM public.projects AS p WHERE p.id = coalesce(NEW.project_id, OLD.project_id);
    FOR hook IN hooks LOOP
        IF event_name = ANY (hook.events) THEN
            INSERT INTO public.webhook_deliveries (webhook_id, payload)
            VALUES (hook.id, jsonb_strip_nulls(to_jsonb(NEW)) - '{search,position}'::text[]);
            sent := sent + 1;
        END IF;
    END LOOP;
    IF sent > 0 THEN
        PERFORM app.enqueue('webhooks', jsonb_build_object('key', fn.org));
    END IF;
    RETURN NULL;
END fn $$;
CREATE TRIGGER deliver AFTER INSERT OR UPDATE OR DELETE ON public.tasks FOR EACH ROW EXECUTE FUNCTION app.deliver();
ALTER TABLE public.tasks DISABLE TRIGGER deliver;
ALTER TABLE public.tasks ENABLE TRIGGER deliver;
ALTER TABLE public.tasks DISABLE TRIGGER zz_audit;
UPDATE public.tasks SET updated_at = created_at WHERE updated_at IS NULL;
ALTER TABLE public.tasks ENABLE TRIGGER zz_audit;

CREATE OR REPLACE FUNCTION app.retry_after(attempts int, base interval DEFAULT '1 min') RETURNS interval
LANGUAGE sql IMMUTABLE RETURN least(base * power(2, attempts), interval '1 day');
UPDATE public.webhook_deliveries AS d
SET next_attempt = d.attempted_at[array_upper(d.attempted_at, 1)] + app.retry_after(cardinality(d.attempted_at), base => '30 sec')
FROM (SELECT id FROM public.webhooks WHERE active IS NOT FALSE) AS w (hook)
WHERE d.webhook_id = w.hook AND d.status NOT BETWEEN 200 AND 299 AND d.attempted_at[1:2] <> '{}';
