-- Fees, invoices, sponsors, facilities and equipment.
CREATE TYPE invoice_status AS ENUM ('draft', 'open', 'paid', 'overdue', 'written off');
CREATE TYPE private.money_change AS (account_id bigint, amount cents, note text);
CREATE SEQUENCE invoice_numbers START 1000;

CREATE FUNCTION private.clubs_paid_by_caller() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.club_id FROM public.club_memberships AS m
    WHERE m.profile_id = (SELECT auth.uid()) AND m.role IN ('owner', 'treasurer') AND m.left_on IS NULL
$$;
GRANT EXECUTE ON FUNCTION private.clubs_paid_by_caller() TO authenticated;

CREATE TABLE fee_plans (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    name text NOT NULL,
    amount cents NOT NULL,
    every interval NOT NULL DEFAULT '1 year' CHECK (every >= interval '1 month'),
    is_active boolean NOT NULL DEFAULT true,
    UNIQUE (club_id, name)
);
CREATE TABLE fee_subscriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fee_plan_id bigint NOT NULL REFERENCES fee_plans ON DELETE RESTRICT,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    valid_from date NOT NULL DEFAULT current_date,
    valid_to date,
    reduced boolean NOT NULL DEFAULT false,
    CHECK (valid_to > valid_from)
);
CREATE INDEX ON fee_subscriptions (fee_plan_id);
CREATE INDEX ON fee_subscriptions (profile_id);
CREATE TABLE bank_accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE RESTRICT,
    iban text NOT NULL UNIQUE CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'),
    balance cents NOT NULL DEFAULT 0
);
CREATE INDEX ON bank_accounts (club_id);
CREATE TABLE invoices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint NOT NULL UNIQUE DEFAULT nextval('invoice_numbers'),
    club_id uuid NOT NULL REFERENCES clubs ON DELETE RESTRICT,
    profile_id uuid REFERENCES profiles ON DELETE SET NULL,
    status invoice_status NOT NULL DEFAULT 'draft',
    issued_on date,
    due_on date,
    CONSTRAINT invoices_issued_is_dated CHECK (status = 'draft' OR (issued_on IS NOT NULL AND due_on >= issued_on))
);
CREATE INDEX ON invoices (club_id, issued_on DESC NULLS LAST);
CREATE INDEX ON invoices (profile_id);
CREATE INDEX invoices_unpaid ON invoices (due_on) WHERE status IN ('open', 'overdue');
CREATE TABLE invoice_lines (
    invoice_id uuid NOT NULL REFERENCES invoices ON DELETE CASCADE,
    line smallint NOT NULL,
    fee_subscription_id bigint REFERENCES fee_subscriptions ON DELETE SET NULL,
    description text NOT NULL,
    quantity numeric(8, 2) NOT NULL DEFAULT 1 CHECK (quantity > 0),
    unit_price cents NOT NULL,
    total numeric(14, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    PRIMARY KEY (invoice_id, line)
);
CREATE INDEX ON invoice_lines (fee_subscription_id);
CREATE TABLE payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES invoices ON DELETE RESTRICT,
    bank_account_id bigint REFERENCES bank_accounts ON DELETE SET NULL,
    amount cents NOT NULL,
    paid_at timestamptz NOT NULL DEFAULT now(),
    provider text NOT NULL CHECK (provider IN ('cash', 'sepa', 'stripe')),
    provider_reference text,
    UNIQUE NULLS NOT DISTINCT (provider, provider_reference, invoice_id)
);
CREATE INDEX ON payments (invoice_id);
CREATE INDEX ON payments (bank_account_id);
CREATE TABLE refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES payments ON DELETE RESTRICT,
    amount cents NOT NULL CHECK (amount > 0),
    reason text NOT NULL
);
CREATE INDEX ON refunds (payment_id);
CREATE TABLE budgets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    season_id bigint NOT NULL REFERENCES seasons ON DELETE CASCADE,
    UNIQUE (club_id, season_id)
);
CREATE INDEX ON budgets (season_id);
CREATE TABLE budget_lines (
    budget_id bigint NOT NULL REFERENCES budgets ON DELETE CASCADE,
    category text NOT NULL,
    planned cents NOT NULL DEFAULT 0,
    PRIMARY KEY (budget_id, category)
);
CREATE TABLE expenses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    budget_id bigint,
    category text,
    submitted_by uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles,
    amount cents NOT NULL,
    receipt_path text,
    approved_by uuid REFERENCES profiles,
    approved_at timestamptz,
    FOREIGN KEY (budget_id, category) REFERENCES budget_lines ON UPDATE CASCADE ON DELETE SET NULL,
    CONSTRAINT expenses_approval_is_whole CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT expenses_four_eyes CHECK (approved_by <> submitted_by)
);
CREATE INDEX ON expenses (club_id);
CREATE INDEX ON expenses (budget_id, category);
CREATE INDEX ON expenses (submitted_by);
CREATE INDEX ON expenses (approved_by);
CREATE TABLE sponsors (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    website text CHECK (website LIKE 'https://%'),
    contact jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE sponsorships (
    sponsor_id bigint NOT NULL REFERENCES sponsors ON DELETE CASCADE,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    during daterange NOT NULL,
    amount cents NOT NULL,
    PRIMARY KEY (sponsor_id, club_id, during)
);
CREATE INDEX ON sponsorships (club_id);

CREATE TABLE facilities (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    venue_id bigint NOT NULL REFERENCES venues ON DELETE RESTRICT,
    name text NOT NULL,
    opens time NOT NULL DEFAULT '08:00',
    closes time NOT NULL DEFAULT '22:00',
    CHECK (closes > opens)
);
CREATE INDEX ON facilities (club_id);
CREATE INDEX ON facilities (venue_id);
CREATE TABLE facility_bookings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id bigint NOT NULL REFERENCES facilities ON DELETE CASCADE,
    booked_by uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles ON DELETE CASCADE,
    team_id uuid REFERENCES teams ON DELETE SET NULL,
    during tstzrange NOT NULL CHECK (NOT isempty(during)),
    cancelled_at timestamptz,
    CONSTRAINT facility_bookings_no_overlap
        EXCLUDE USING gist (facility_id WITH =, during WITH &&) WHERE (cancelled_at IS NULL)
);
CREATE INDEX ON facility_bookings (booked_by);
CREATE INDEX ON facility_bookings (team_id);
CREATE TABLE equipment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    name text NOT NULL,
    bought_on date,
    price cents,
    condition text NOT NULL DEFAULT 'good' CHECK (condition IN ('new', 'good', 'worn', 'broken'))
);
CREATE INDEX ON equipment (club_id);
CREATE TABLE equipment_loans (
    equipment_id bigint NOT NULL REFERENCES equipment ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    lent_at timestamptz NOT NULL DEFAULT now(),
    returned_at timestamptz,
    PRIMARY KEY (equipment_id, lent_at)
);
CREATE INDEX ON equipment_loans (profile_id);
CREATE UNIQUE INDEX equipment_loans_one_at_a_time ON equipment_loans (equipment_id) WHERE returned_at IS NULL;
CREATE TABLE lockers (
    facility_id bigint NOT NULL REFERENCES facilities ON DELETE CASCADE,
    number smallint NOT NULL,
    profile_id uuid UNIQUE REFERENCES profiles ON DELETE SET NULL,
    PRIMARY KEY (facility_id, number)
);

CREATE PROCEDURE private.mark_overdue() LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    UPDATE public.invoices SET status = 'overdue' WHERE status = 'open' AND due_on < current_date
$$;
CREATE FUNCTION private.settle_invoice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE public.invoices AS i SET status = 'paid'
    WHERE i.id IN (SELECT p.invoice_id FROM new_payments AS p)
        AND i.status IN ('open', 'overdue')
        AND (SELECT sum(p.amount) FROM public.payments AS p WHERE p.invoice_id = i.id)
            >= (SELECT sum(l.total) FROM public.invoice_lines AS l WHERE l.invoice_id = i.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER payments_settle AFTER INSERT ON payments REFERENCING NEW TABLE AS new_payments
    FOR EACH STATEMENT EXECUTE FUNCTION private.settle_invoice();
COMMENT ON TRIGGER payments_settle ON payments IS 'An invoice that is paid in full is closed.';

CREATE VIEW open_invoices WITH (security_invoker) AS
    SELECT i.id, i.number, i.club_id, i.profile_id, i.due_on, sum(l.total) AS total
    FROM invoices AS i
    JOIN invoice_lines AS l ON l.invoice_id = i.id
    WHERE i.status IN ('open', 'overdue')
    GROUP BY i.id;
COMMENT ON VIEW open_invoices IS 'What is still to be paid.';
CREATE VIEW club_sponsors WITH (security_barrier = true, security_invoker = true) AS
    SELECT s.name, s.website, p.club_id FROM sponsors AS s JOIN sponsorships AS p ON p.sponsor_id = s.id
    WHERE p.during @> current_date;
CREATE MATERIALIZED VIEW private.revenue AS
    SELECT i.club_id, date_trunc('month', p.paid_at) AS month, sum(p.amount) AS amount
    FROM payments AS p JOIN invoices AS i ON i.id = p.invoice_id
    GROUP BY i.club_id, date_trunc('month', p.paid_at);
CREATE UNIQUE INDEX ON private.revenue (club_id, month);

ALTER TABLE fee_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE fee_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE bank_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE bank_accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE refunds ENABLE ROW LEVEL SECURITY;
ALTER TABLE budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE budget_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE expenses ENABLE ROW LEVEL SECURITY;
ALTER TABLE sponsors ENABLE ROW LEVEL SECURITY;
ALTER TABLE sponsorships ENABLE ROW LEVEL SECURITY;
ALTER TABLE facilities ENABLE ROW LEVEL SECURITY;
ALTER TABLE facility_bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE equipment ENABLE ROW LEVEL SECURITY;
ALTER TABLE equipment_loans ENABLE ROW LEVEL SECURITY;
ALTER TABLE lockers ENABLE ROW LEVEL SECURITY;

CREATE POLICY plans_read ON fee_plans FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY plans_write ON fee_plans TO authenticated
    USING (club_id IN (SELECT private.clubs_paid_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_paid_by_caller()));
CREATE POLICY subscriptions_own ON fee_subscriptions FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY subscriptions_treasurer ON fee_subscriptions TO authenticated
    USING (fee_plan_id IN (SELECT f.id FROM fee_plans AS f WHERE f.club_id IN (SELECT private.clubs_paid_by_caller())));
CREATE POLICY accounts_treasurer ON bank_accounts FOR SELECT TO authenticated
    USING (club_id IN (SELECT private.clubs_paid_by_caller()));
CREATE POLICY accounts_service ON bank_accounts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY invoices_own ON invoices FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = profile_id AND status <> 'draft');
CREATE POLICY invoices_treasurer ON invoices TO authenticated
    USING (club_id IN (SELECT private.clubs_paid_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_paid_by_caller()));
CREATE POLICY lines_read ON invoice_lines FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM invoices AS i WHERE i.id = invoice_lines.invoice_id));
CREATE POLICY lines_treasurer ON invoice_lines TO authenticated USING (invoice_id IN (
    SELECT i.id FROM invoices AS i WHERE i.status = 'draft' AND i.club_id IN (SELECT private.clubs_paid_by_caller())
));
CREATE POLICY payments_treasurer ON payments FOR SELECT TO authenticated USING (invoice_id IN (
    SELECT i.id FROM invoices AS i WHERE i.club_id IN (SELECT private.clubs_paid_by_caller())
));
CREATE POLICY refunds_treasurer ON refunds FOR SELECT TO authenticated
    USING (payment_id IN (SELECT p.id FROM payments AS p));
CREATE POLICY budgets_read ON budgets FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY budgets_write ON budgets TO authenticated
    USING (club_id IN (SELECT private.clubs_paid_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_paid_by_caller()));
CREATE POLICY budget_lines_read ON budget_lines FOR SELECT TO authenticated
    USING (budget_id IN (SELECT b.id FROM budgets AS b));
CREATE POLICY expenses_own ON expenses FOR SELECT TO authenticated USING ((SELECT auth.uid()) = submitted_by);
CREATE POLICY expenses_submit ON expenses FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = submitted_by AND approved_by IS NULL AND club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY expenses_approve ON expenses FOR UPDATE TO authenticated
    USING (club_id IN (SELECT private.clubs_paid_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_paid_by_caller()));
CREATE POLICY sponsors_read ON sponsors FOR SELECT TO anon, authenticated USING (true);
CREATE POLICY sponsorships_read ON sponsorships FOR SELECT TO authenticated
    USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY facilities_read ON facilities FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY bookings_read ON facility_bookings FOR SELECT TO authenticated
    USING (facility_id IN (SELECT f.id FROM facilities AS f));
CREATE POLICY bookings_make ON facility_bookings FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = booked_by AND facility_id IN (SELECT f.id FROM facilities AS f));
CREATE POLICY bookings_cancel ON facility_bookings FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = booked_by) WITH CHECK ((SELECT auth.uid()) = booked_by);
CREATE POLICY equipment_read ON equipment FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY equipment_write ON equipment TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY loans_own ON equipment_loans FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY lockers_own ON lockers FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
GRANT SELECT ON sponsors TO anon;
