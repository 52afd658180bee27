-- Prices become columns; subscriptions learn about quantities; states are text from now on.
SET lock_timeout = '2s';
SET statement_timeout = '30s';

ALTER TABLE billing.plans
    ADD COLUMN IF NOT EXISTS monthly_cents bigint,
    ADD COLUMN IF NOT EXISTS yearly_cents bigint,
    ADD COLUMN IF NOT EXISTS currency billing.currency DEFAULT 'EUR';
UPDATE billing.plans SET
    monthly_cents = (monthly).amount * 100,
    yearly_cents = (yearly).amount * 100,
    currency = coalesce((monthly).currency, 'EUR')
WHERE monthly_cents IS NULL;

DROP VIEW IF EXISTS public.my_subscription;
ALTER TABLE billing.plans DROP COLUMN IF EXISTS monthly, DROP COLUMN IF EXISTS yearly;
DROP TYPE billing.price;

ALTER TABLE billing.subscriptions DROP CONSTRAINT subscriptions_check;
ALTER TABLE billing.subscriptions ALTER COLUMN state DROP DEFAULT;
ALTER TABLE billing.subscriptions ALTER COLUMN state TYPE text USING state::text;
ALTER TABLE billing.subscriptions ALTER COLUMN state SET DEFAULT 'trialing';
ALTER TABLE billing.subscriptions ADD CONSTRAINT subscriptions_state
    CHECK (state IN ('trialing', 'active', 'past_due', 'canceled', 'paused'));
DROP TYPE billing.subscription_state;
ALTER TABLE billing.subscriptions ADD COLUMN seats int NOT NULL DEFAULT 1;
ALTER TABLE billing.subscriptions RENAME COLUMN customer TO provider_customer_id;
ALTER DOMAIN billing.money_amount ADD CONSTRAINT not_absurd CHECK (VALUE < 10000000) NOT VALID;
ALTER DOMAIN billing.money_amount VALIDATE CONSTRAINT not_absurd;
ALTER SEQUENCE billing.invoice_number CACHE 1;

CREATE VIEW public.my_subscription WITH (security_invoker = false, security_barrier) AS
SELECT s.org_id, p.label AS plan, s.state, upper(s.period) AS ends_at,
       p.monthly_cents / 100.0 AS amount, p.currency, s.seats
FROM billing.subscriptions AS s
JOIN billing.plans AS p ON p.code = s.plan
WHERE s.org_id IN (SELECT app.my_orgs());
COMMENT ON VIEW public.my_subscription IS 'Runs as its owner, as nobody else may read billing; the WHERE is the policy.';
GRANT SELECT ON public.my_subscription TO authenticated;

CREATE OR REPLACE FUNCTION public.seats_left(org uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT s.seats - (SELECT count(*)::int FROM public.members AS m WHERE m.org_id = s.org_id)
    FROM billing.subscriptions AS s WHERE s.org_id = org
$$;

CREATE OR REPLACE FUNCTION billing.apply_event(event jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    kind text := event ->> 'type';
    target billing.subscriptions%ROWTYPE;
    column_type billing.subscriptions.seats%TYPE := coalesce((event #>> '{data,quantity}')::int, 1);
BEGIN
    SELECT * INTO target FROM billing.subscriptions
    WHERE provider_customer_id = event #>> '{data,customer}' FOR UPDATE;
    CASE kind
        WHEN 'subscription.updated' THEN
            UPDATE billing.subscriptions SET seats = column_type, state = event #>> '{data,status}'
            WHERE org_id = target.org_id;
        WHEN 'subscription.deleted', 'subscription.expired' THEN
            UPDATE billing.subscriptions SET (state, canceled_at) = ('canceled', now()) WHERE org_id = target.org_id;
        ELSE
            RETURN 'ignored ' || kind;
    END CASE;
    RETURN kind;
END $$;
RESET ALL;
