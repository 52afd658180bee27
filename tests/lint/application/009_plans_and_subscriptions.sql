-- Billing. In a schema of its own, which PostgREST does not serve.
CREATE SCHEMA IF NOT EXISTS billing;

CREATE DOMAIN billing.currency AS char(3)
    CONSTRAINT currency_is_upper CHECK (VALUE = upper(VALUE));
CREATE DOMAIN billing.money_amount AS numeric(12, 2) NOT NULL DEFAULT 0 CHECK (VALUE >= 0);
CREATE TYPE billing.price AS (amount numeric(12, 2), currency text);

CREATE TABLE billing.plans (
    code text PRIMARY KEY,
    label text NOT NULL,
    monthly billing.price,
    yearly billing.price,
    seats integer CHECK (seats IS NULL OR seats > 0),
    features text[] NOT NULL DEFAULT ARRAY[]::text[],
    retired boolean NOT NULL DEFAULT false
);

INSERT INTO billing.plans AS p (code, label, monthly, yearly, seats, features) VALUES
    ('free', 'Free', NULL, NULL, 3, '{}'),
    ('team', 'Team', ROW (8, 'EUR'), (80.00, 'EUR'), 50, '{guests,search}'),
    ('business', 'Business', (15, 'EUR'), (150, 'EUR')::billing.price, NULL, ARRAY['guests', 'search', 'audit', 'sso'])
ON CONFLICT (code) DO UPDATE
    SET label = excluded.label, monthly = excluded.monthly, yearly = excluded.yearly,
        seats = coalesce(excluded.seats, p.seats), features = p.features || excluded.features
    WHERE p.label <> excluded.label;

CREATE TYPE billing.subscription_state AS ENUM ('trialing', 'active', 'past_due', 'canceled');
CREATE SEQUENCE billing.invoice_number START WITH 1000 INCREMENT BY 1 CACHE 10;

CREATE TABLE billing.subscriptions (
    org_id uuid PRIMARY KEY REFERENCES public.organisations (id) ON DELETE CASCADE,
    plan text NOT NULL REFERENCES billing.plans (code) ON UPDATE CASCADE,
    state billing.subscription_state NOT NULL DEFAULT 'trialing',
    customer text UNIQUE,
    period tstzrange NOT NULL DEFAULT tstzrange(now(), now() + interval '14 days', '[)'),
    canceled_at timestamptz,
    CHECK (state <> 'canceled' OR canceled_at IS NOT NULL)
);
CREATE INDEX subscriptions_plan_idx ON billing.subscriptions (plan);

CREATE TABLE billing.invoices (
    number bigint PRIMARY KEY DEFAULT nextval('billing.invoice_number'),
    org_id uuid NOT NULL REFERENCES billing.subscriptions (org_id) DEFERRABLE INITIALLY DEFERRED,
    net billing.money_amount,
    vat billing.money_amount,
    gross numeric(12, 2) GENERATED ALWAYS AS (net + vat) STORED,
    currency billing.currency NOT NULL DEFAULT 'EUR',
    lines jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(lines) = 'array'),
    issued_on date NOT NULL DEFAULT CURRENT_DATE,
    paid_at timestamptz
);
ALTER SEQUENCE billing.invoice_number OWNED BY billing.invoices.number;
CREATE INDEX invoices_org_id_idx ON billing.invoices (org_id, issued_on DESC);

COMMENT ON SCHEMA billing IS 'Plans, subscriptions, invoices; written by the webhook of the payment provider.';
COMMENT ON DOMAIN billing.currency IS 'ISO 4217';
COMMENT ON TYPE billing.price IS 'What something costs, before tax';
COMMENT ON SEQUENCE billing.invoice_number IS 'Without gaps it is not, but it never goes back';

-- A stay of everyone on the free plan.
INSERT INTO billing.subscriptions (org_id, plan, state)
SELECT o.id, 'free', 'active' FROM public.organisations AS o
ON CONFLICT DO NOTHING;

GRANT USAGE ON SCHEMA billing TO service_role;
GRANT ALL ON ALL TABLES IN SCHEMA billing TO service_role;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA billing TO service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT ALL ON TABLES TO service_role;
