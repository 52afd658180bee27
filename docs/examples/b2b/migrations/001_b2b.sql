-- ====================================================================================================
-- Audit, Billing, Bookings, Organisations, Shared, Tasks
--
--   Audit: what changed in tasks and invoices, by whom and when
--   Billing: invoices to the organisations, and the revenue by month
--   Bookings: rooms, and who has booked them from when to when
--   Organisations: the tenants, their users, and who has which role in which organisation
--   Shared: roles, extensions, and the columns that many tables have
--   Tasks: what the members of an organisation have to do, with tags and a text search
--
-- Date: 2026-01-31
-- Run:  psql -v ON_ERROR_STOP=1 -f 001_b2b.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--
-- Generated from definitions/audit.py, definitions/billing.py, definitions/bookings.py,
-- definitions/organisations.py, definitions/shared.py, definitions/tasks.py,
-- definitions/sql/my_organisations.sql. Edit the definitions, not this file.
-- schema-dsl: definitions 7a9a3fee0428674b, after 6e340b9cffb37a98, content 650372360c8411eb
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';


-- ====================================================================================================
-- schema extensions
-- Types and operators of extensions.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE SCHEMA IF NOT EXISTS extensions;
    REVOKE ALL ON SCHEMA extensions FROM PUBLIC, app_user, reporting;
    GRANT USAGE ON SCHEMA extensions TO app_user;
    GRANT USAGE ON SCHEMA extensions TO reporting;
END $$;

COMMENT ON SCHEMA extensions IS 'Types and operators of extensions.';


-- ====================================================================================================
-- extension citext
-- ====================================================================================================

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA extensions;


-- ====================================================================================================
-- extension pg_trgm
-- ====================================================================================================

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;


-- ====================================================================================================
-- extension btree_gist
-- ====================================================================================================

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA extensions;


-- ====================================================================================================
-- schema public
-- ====================================================================================================

-- One DO block revokes and grants: other sessions never see the object between REVOKE and GRANT, so a role
-- with unchanged privileges can use it throughout.
DO $$ BEGIN
    REVOKE ALL ON SCHEMA public FROM PUBLIC, app_user, reporting;
    GRANT USAGE ON SCHEMA public TO app_user;
    GRANT USAGE ON SCHEMA public TO reporting;
END $$;


-- ====================================================================================================
-- enum public.member_role
-- What a user may do in an organisation; each role includes those before it.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    IF pg_catalog.to_regtype('public.member_role') IS NULL THEN
        CREATE TYPE public.member_role AS ENUM (
            'guest',
            'member',
            'admin',
            'owner'
        );
    END IF;
    REVOKE ALL ON TYPE public.member_role FROM PUBLIC, app_user;
    GRANT USAGE ON TYPE public.member_role TO app_user;
END $$;

COMMENT ON TYPE public.member_role IS 'What a user may do in an organisation; each role includes those before it.';


-- ====================================================================================================
-- function public.set_updated_at()
-- Set the column updated_at of a changed row.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION public.set_updated_at()
        RETURNS trigger
        LANGUAGE plpgsql
        SET search_path TO ''
    AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$function$;
    REVOKE ALL ON FUNCTION public.set_updated_at() FROM PUBLIC, app_user;
END $$;

COMMENT ON FUNCTION public.set_updated_at() IS 'Set the column updated_at of a changed row.';


-- ====================================================================================================
-- public.organisations
-- Tenants: one row per customer.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.organisations (
        id         uuid        NOT NULL DEFAULT gen_random_uuid(),
        slug       text        NOT NULL,
        name       text        NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT organisations_pkey
            PRIMARY KEY (id),
        CONSTRAINT organisations_slug_key
            UNIQUE (slug),
        CONSTRAINT organisations_slug_check
            CHECK (slug ~ '^[a-z0-9-]{2,40}$'),
        CONSTRAINT organisations_name_check
            CHECK (char_length(name) <= 200)
    );
    ALTER TABLE public.organisations ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.organisations FROM PUBLIC, app_user;
    GRANT SELECT, UPDATE (name, slug) ON TABLE public.organisations TO app_user;
END $$;

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.organisations
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

COMMENT ON TABLE public.organisations IS 'Tenants: one row per customer.';


-- ====================================================================================================
-- function public.current_user_id()
-- Return the id of the user whose request runs, or NULL.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION public.current_user_id()
        RETURNS uuid
        LANGUAGE sql
        STABLE
        PARALLEL SAFE
        SET search_path TO ''
    AS $function$
SELECT nullif(current_setting('app.user_id', true), '')::uuid
$function$;
    REVOKE ALL ON FUNCTION public.current_user_id() FROM PUBLIC, app_user;
    GRANT EXECUTE ON FUNCTION public.current_user_id() TO app_user;
END $$;

COMMENT ON FUNCTION public.current_user_id() IS 'Return the id of the user whose request runs, or NULL.';


-- ====================================================================================================
-- public.users
-- People. A user may belong to several organisations.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.users (
        id         uuid              NOT NULL DEFAULT gen_random_uuid(),
        email      extensions.citext NOT NULL,
        name       text              NOT NULL,
        created_at timestamptz       NOT NULL DEFAULT now(),
        updated_at timestamptz       NOT NULL DEFAULT now(),
        CONSTRAINT users_pkey
            PRIMARY KEY (id),
        CONSTRAINT users_email_key
            UNIQUE (email),
        CONSTRAINT users_email_check
            CHECK (char_length(email) <= 254),
        CONSTRAINT users_name_check
            CHECK (char_length(name) <= 200)
    );
    ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.users FROM PUBLIC, app_user;
    GRANT SELECT, UPDATE (name) ON TABLE public.users TO app_user;
END $$;

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

DO $$ BEGIN
    DROP POLICY IF EXISTS read_own ON public.users;
    CREATE POLICY read_own ON public.users
        FOR SELECT TO app_user USING (id = (SELECT public.current_user_id()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change_own ON public.users;
    CREATE POLICY change_own ON public.users
        FOR UPDATE TO app_user USING (id = (SELECT public.current_user_id()));
END $$;

COMMENT ON TABLE public.users IS 'People. A user may belong to several organisations.';


-- ====================================================================================================
-- public.memberships
-- Which user has which role in which organisation.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.memberships (
        organisation_id uuid               NOT NULL,
        user_id         uuid               NOT NULL,
        role            public.member_role NOT NULL DEFAULT 'member',
        created_at      timestamptz        NOT NULL DEFAULT now(),
        updated_at      timestamptz        NOT NULL DEFAULT now(),
        CONSTRAINT memberships_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT memberships_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE,
        CONSTRAINT memberships_pkey
            PRIMARY KEY (organisation_id, user_id)
    );
    ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.memberships FROM PUBLIC, app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.memberships TO app_user;
END $$;

CREATE INDEX IF NOT EXISTS memberships_user_id_idx
    ON public.memberships (user_id);
CREATE UNIQUE INDEX IF NOT EXISTS memberships_one_owner_idx
    ON public.memberships (organisation_id) WHERE role = 'owner';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.memberships
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

COMMENT ON TABLE public.memberships IS 'Which user has which role in which organisation.';


-- ====================================================================================================
-- function public.my_organisations(public.member_role)
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION public.my_organisations(at_least member_role DEFAULT 'guest')
        RETURNS SETOF uuid
        LANGUAGE sql
        STABLE
        SECURITY DEFINER
        ROWS 10
        SET search_path TO ''
    AS $function$
    SELECT organisation_id
    FROM public.memberships
    WHERE user_id = public.current_user_id() AND role >= at_least
$function$;
    REVOKE ALL ON FUNCTION public.my_organisations(public.member_role) FROM PUBLIC, app_user;
    GRANT EXECUTE ON FUNCTION public.my_organisations(public.member_role) TO app_user;
END $$;


-- ====================================================================================================
-- public.organisations
-- Tenants: one row per customer.
-- ====================================================================================================

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.organisations;
    CREATE POLICY read ON public.organisations
        FOR SELECT TO app_user USING (id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.organisations;
    CREATE POLICY change ON public.organisations
        FOR UPDATE TO app_user USING (id IN (SELECT public.my_organisations('admin')));
END $$;


-- ====================================================================================================
-- public.memberships
-- Which user has which role in which organisation.
-- ====================================================================================================

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.memberships;
    CREATE POLICY read ON public.memberships
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add ON public.memberships;
    CREATE POLICY add ON public.memberships
        FOR INSERT TO app_user WITH CHECK (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.memberships;
    CREATE POLICY change ON public.memberships
        FOR UPDATE TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.memberships;
    CREATE POLICY remove ON public.memberships
        FOR DELETE TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;


-- ====================================================================================================
-- public.audit_log
-- One row per change. Only triggers write it.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.audit_log (
        id              bigint      GENERATED ALWAYS AS IDENTITY NOT NULL,
        happened_at     timestamptz NOT NULL DEFAULT now(),
        organisation_id uuid        NOT NULL,
        user_id         uuid,
        table_name      text        NOT NULL,
        operation       text        NOT NULL,
        row_id          uuid        NOT NULL,
        old_values      jsonb,
        new_values      jsonb,
        CONSTRAINT audit_log_operation_check
            CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),
        CONSTRAINT audit_log_pkey
            PRIMARY KEY (happened_at, id)
    ) PARTITION BY RANGE (happened_at);
    ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.audit_log FROM PUBLIC, app_user;
    GRANT SELECT ON TABLE public.audit_log TO app_user;
END $$;

DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.audit_log_2026_q1
        PARTITION OF public.audit_log FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-04-01 00:00+00');
    ALTER TABLE public.audit_log_2026_q1 ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.audit_log_2026_q1 FROM PUBLIC, app_user;
END $$;

DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.audit_log_2026_q2
        PARTITION OF public.audit_log FOR VALUES FROM ('2026-04-01 00:00+00') TO ('2026-07-01 00:00+00');
    ALTER TABLE public.audit_log_2026_q2 ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.audit_log_2026_q2 FROM PUBLIC, app_user;
END $$;

DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.audit_log_rest
        PARTITION OF public.audit_log DEFAULT;
    ALTER TABLE public.audit_log_rest ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.audit_log_rest FROM PUBLIC, app_user;
END $$;

CREATE INDEX IF NOT EXISTS audit_log_organisation_id_happened_at_idx
    ON public.audit_log (organisation_id, happened_at DESC);
CREATE INDEX IF NOT EXISTS audit_log_row_id_idx
    ON public.audit_log (row_id);

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.audit_log;
    CREATE POLICY read ON public.audit_log
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

COMMENT ON TABLE public.audit_log IS 'One row per change. Only triggers write it.';
COMMENT ON COLUMN public.audit_log.organisation_id IS 'No foreign key: the log outlives the organisation.';
COMMENT ON COLUMN public.audit_log.user_id IS 'NULL if no user asked for the change.';


-- ====================================================================================================
-- enum public.invoice_state
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    IF pg_catalog.to_regtype('public.invoice_state') IS NULL THEN
        CREATE TYPE public.invoice_state AS ENUM (
            'draft',
            'sent',
            'paid',
            'void'
        );
    END IF;
    REVOKE ALL ON TYPE public.invoice_state FROM PUBLIC, app_user;
    GRANT USAGE ON TYPE public.invoice_state TO app_user;
END $$;


-- ====================================================================================================
-- function public.record_change()
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION public.record_change()
        RETURNS trigger
        LANGUAGE plpgsql
        SECURITY DEFINER
        SET search_path TO ''
    AS $function$
DECLARE
    changed jsonb := to_jsonb(coalesce(NEW, OLD));
BEGIN
    INSERT INTO public.audit_log (organisation_id, user_id, table_name, operation, row_id, old_values, new_values)
    VALUES (
        (changed ->> 'organisation_id')::uuid,
        public.current_user_id(),
        TG_TABLE_NAME,
        TG_OP,
        (changed ->> 'id')::uuid,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
    );
    RETURN NULL;
END
$function$;
    REVOKE ALL ON FUNCTION public.record_change() FROM PUBLIC, app_user;
END $$;


-- ====================================================================================================
-- public.invoices
-- One row per invoice. Admins of the organisation read it as soon as it was sent.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.invoices (
        id              uuid                 NOT NULL DEFAULT gen_random_uuid(),
        organisation_id uuid                 NOT NULL,
        number          bigint               GENERATED ALWAYS AS IDENTITY NOT NULL,
        state           public.invoice_state NOT NULL DEFAULT 'draft',
        issued_on       date,
        paid_at         timestamptz,
        created_at      timestamptz          NOT NULL DEFAULT now(),
        updated_at      timestamptz          NOT NULL DEFAULT now(),
        CONSTRAINT invoices_pkey
            PRIMARY KEY (id),
        CONSTRAINT invoices_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT invoices_number_key
            UNIQUE (number),
        CONSTRAINT invoices_organisation_id_id_key
            UNIQUE (organisation_id, id),
        CONSTRAINT invoices_issued_check
            CHECK (state = 'draft' OR issued_on IS NOT NULL),
        CONSTRAINT invoices_paid_check
            CHECK ((state = 'paid') = (paid_at IS NOT NULL))
    );
    ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.invoices FROM PUBLIC, app_user;
    GRANT SELECT ON TABLE public.invoices TO app_user;
END $$;

CREATE INDEX IF NOT EXISTS invoices_unpaid_idx
    ON public.invoices (issued_on) WHERE state = 'sent';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.invoices
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE TRIGGER record_change
    AFTER INSERT OR UPDATE OR DELETE ON public.invoices
    FOR EACH ROW
    EXECUTE FUNCTION public.record_change();

DO $$ BEGIN
    DROP POLICY IF EXISTS read_sent ON public.invoices;
    CREATE POLICY read_sent ON public.invoices
        FOR SELECT TO app_user
        USING (state <> 'draft' AND organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

COMMENT ON TABLE public.invoices IS 'One row per invoice. Admins of the organisation read it as soon as it was sent.';
COMMENT ON COLUMN public.invoices.number IS 'Printed on the invoice.';
COMMENT ON COLUMN public.invoices.issued_on IS 'NULL while the invoice is a draft.';
COMMENT ON COLUMN public.invoices.paid_at IS 'NULL until the invoice is paid.';


-- ====================================================================================================
-- public.invoice_lines
-- What an invoice charges for. Who reads the invoice reads its lines.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.invoice_lines (
        id              uuid           NOT NULL DEFAULT gen_random_uuid(),
        organisation_id uuid           NOT NULL,
        invoice_id      uuid           NOT NULL,
        description     text           NOT NULL,
        quantity        numeric(12, 3) NOT NULL DEFAULT 1,
        unit_price      numeric(12, 2) NOT NULL,
        amount          numeric(14, 2) GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED,
        CONSTRAINT invoice_lines_pkey
            PRIMARY KEY (id),
        CONSTRAINT invoice_lines_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT invoice_lines_description_check
            CHECK (char_length(description) <= 500),
        CONSTRAINT invoice_lines_quantity_check
            CHECK (quantity >= 0),
        CONSTRAINT invoice_lines_organisation_id_invoice_id_fkey
            FOREIGN KEY (organisation_id, invoice_id) REFERENCES public.invoices (organisation_id, id) ON DELETE CASCADE
    );
    ALTER TABLE public.invoice_lines ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.invoice_lines FROM PUBLIC, app_user;
    GRANT SELECT ON TABLE public.invoice_lines TO app_user;
END $$;

CREATE INDEX IF NOT EXISTS invoice_lines_organisation_id_invoice_id_idx
    ON public.invoice_lines (organisation_id, invoice_id);

DO $$ BEGIN
    DROP POLICY IF EXISTS read_sent ON public.invoice_lines;
    CREATE POLICY read_sent ON public.invoice_lines
        FOR SELECT TO app_user USING (invoice_id IN (SELECT i.id FROM public.invoices AS i));
END $$;

COMMENT ON TABLE public.invoice_lines IS 'What an invoice charges for. Who reads the invoice reads its lines.';


-- ====================================================================================================
-- public.rooms
-- Rooms of an organisation, which its members book.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.rooms (
        id              uuid        NOT NULL DEFAULT gen_random_uuid(),
        organisation_id uuid        NOT NULL,
        name            text        NOT NULL,
        created_at      timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT rooms_pkey
            PRIMARY KEY (id),
        CONSTRAINT rooms_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT rooms_name_check
            CHECK (char_length(name) <= 100),
        CONSTRAINT rooms_organisation_id_name_key
            UNIQUE (organisation_id, name),
        CONSTRAINT rooms_organisation_id_id_key
            UNIQUE (organisation_id, id)
    );
    ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.rooms FROM PUBLIC, app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.rooms TO app_user;
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.rooms;
    CREATE POLICY read ON public.rooms
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add ON public.rooms;
    CREATE POLICY add ON public.rooms
        FOR INSERT TO app_user WITH CHECK (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.rooms;
    CREATE POLICY change ON public.rooms
        FOR UPDATE TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.rooms;
    CREATE POLICY remove ON public.rooms
        FOR DELETE TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

COMMENT ON TABLE public.rooms IS 'Rooms of an organisation, which its members book.';


-- ====================================================================================================
-- public.bookings
-- Who has a room from when to when. Bookings of one room do not overlap unless they are cancelled.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.bookings (
        id              uuid        NOT NULL DEFAULT gen_random_uuid(),
        organisation_id uuid        NOT NULL,
        room_id         uuid        NOT NULL,
        user_id         uuid        NOT NULL,
        during          tstzrange   NOT NULL,
        cancelled       boolean     NOT NULL DEFAULT false,
        created_at      timestamptz NOT NULL DEFAULT now(),
        updated_at      timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT bookings_pkey
            PRIMARY KEY (id),
        CONSTRAINT bookings_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT bookings_organisation_id_room_id_fkey
            FOREIGN KEY (organisation_id, room_id) REFERENCES public.rooms (organisation_id, id) ON DELETE CASCADE,
        CONSTRAINT bookings_organisation_id_user_id_fkey
            FOREIGN KEY (organisation_id, user_id) REFERENCES public.memberships (organisation_id, user_id) ON DELETE CASCADE,
        CONSTRAINT bookings_during_check
            CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
        CONSTRAINT bookings_do_not_overlap
            EXCLUDE USING gist (room_id extensions.gist_uuid_ops WITH =, during WITH &&) WHERE (NOT cancelled)
    );
    ALTER TABLE public.bookings ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.bookings FROM PUBLIC, app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.bookings TO app_user;
END $$;

CREATE INDEX IF NOT EXISTS bookings_organisation_id_room_id_idx
    ON public.bookings (organisation_id, room_id);
CREATE INDEX IF NOT EXISTS bookings_organisation_id_user_id_idx
    ON public.bookings (organisation_id, user_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.bookings
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.bookings;
    CREATE POLICY read ON public.bookings
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add_own ON public.bookings;
    CREATE POLICY add_own ON public.bookings
        FOR INSERT TO app_user
        WITH CHECK (user_id = (SELECT public.current_user_id()) AND organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change_own ON public.bookings;
    CREATE POLICY change_own ON public.bookings
        FOR UPDATE TO app_user
        USING (user_id = (SELECT public.current_user_id()) AND organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove_own ON public.bookings;
    CREATE POLICY remove_own ON public.bookings
        FOR DELETE TO app_user
        USING (user_id = (SELECT public.current_user_id()) AND organisation_id IN (SELECT public.my_organisations('member')));
END $$;

COMMENT ON TABLE public.bookings IS 'Who has a room from when to when. Bookings of one room do not overlap unless they are cancelled.';


-- ====================================================================================================
-- enum public.task_state
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    IF pg_catalog.to_regtype('public.task_state') IS NULL THEN
        CREATE TYPE public.task_state AS ENUM (
            'open',
            'in_progress',
            'done',
            'dropped'
        );
    END IF;
    REVOKE ALL ON TYPE public.task_state FROM PUBLIC, app_user;
    GRANT USAGE ON TYPE public.task_state TO app_user;
END $$;


-- ====================================================================================================
-- public.tasks
-- What has to be done.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.tasks (
        id              uuid              NOT NULL DEFAULT gen_random_uuid(),
        organisation_id uuid              NOT NULL,
        title           text              NOT NULL,
        description     text              NOT NULL DEFAULT '',
        state           public.task_state NOT NULL DEFAULT 'open',
        assignee_id     uuid,
        due_on          date,
        finished_at     timestamptz,
        search          tsvector          GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', description), 'B')) STORED,
        created_at      timestamptz       NOT NULL DEFAULT now(),
        updated_at      timestamptz       NOT NULL DEFAULT now(),
        CONSTRAINT tasks_pkey
            PRIMARY KEY (id),
        CONSTRAINT tasks_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT tasks_title_check
            CHECK (char_length(title) <= 200),
        CONSTRAINT tasks_description_check
            CHECK (char_length(description) <= 20000),
        CONSTRAINT tasks_organisation_id_id_key
            UNIQUE (organisation_id, id),
        CONSTRAINT tasks_organisation_id_assignee_id_fkey
            FOREIGN KEY (organisation_id, assignee_id) REFERENCES public.memberships (organisation_id, user_id) ON DELETE SET NULL (assignee_id)
    );
    ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.tasks FROM PUBLIC, app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.tasks TO app_user;
END $$;

CREATE INDEX IF NOT EXISTS tasks_organisation_id_created_at_idx
    ON public.tasks (organisation_id, created_at DESC);
CREATE INDEX IF NOT EXISTS tasks_organisation_id_assignee_id_idx
    ON public.tasks (organisation_id, assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS tasks_search_idx
    ON public.tasks USING gin (search);
CREATE INDEX IF NOT EXISTS tasks_title_idx
    ON public.tasks USING gin (title extensions.gin_trgm_ops);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.tasks
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE TRIGGER record_change
    AFTER INSERT OR UPDATE OR DELETE ON public.tasks
    FOR EACH ROW
    EXECUTE FUNCTION public.record_change();

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.tasks;
    CREATE POLICY read ON public.tasks
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add ON public.tasks;
    CREATE POLICY add ON public.tasks
        FOR INSERT TO app_user WITH CHECK (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.tasks;
    CREATE POLICY change ON public.tasks
        FOR UPDATE TO app_user USING (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.tasks;
    CREATE POLICY remove ON public.tasks
        FOR DELETE TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

COMMENT ON TABLE public.tasks IS 'What has to be done.';
COMMENT ON COLUMN public.tasks.assignee_id IS 'A member of the organisation.';
COMMENT ON COLUMN public.tasks.finished_at IS 'NULL until the task is done or dropped.';


-- ====================================================================================================
-- public.tags
-- The words by which an organisation groups its tasks.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.tags (
        id              uuid        NOT NULL DEFAULT gen_random_uuid(),
        organisation_id uuid        NOT NULL,
        name            text        NOT NULL,
        created_at      timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT tags_pkey
            PRIMARY KEY (id),
        CONSTRAINT tags_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT tags_name_check
            CHECK (char_length(name) <= 50),
        CONSTRAINT tags_organisation_id_id_key
            UNIQUE (organisation_id, id)
    );
    ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.tags FROM PUBLIC, app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.tags TO app_user;
END $$;

CREATE UNIQUE INDEX IF NOT EXISTS tags_name_key
    ON public.tags (organisation_id, (lower(name)));

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.tags;
    CREATE POLICY read ON public.tags
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add ON public.tags;
    CREATE POLICY add ON public.tags
        FOR INSERT TO app_user WITH CHECK (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.tags;
    CREATE POLICY change ON public.tags
        FOR UPDATE TO app_user USING (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.tags;
    CREATE POLICY remove ON public.tags
        FOR DELETE TO app_user USING (organisation_id IN (SELECT public.my_organisations('admin')));
END $$;

COMMENT ON TABLE public.tags IS 'The words by which an organisation groups its tasks.';


-- ====================================================================================================
-- public.task_tags
-- Which task has which tag.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.task_tags (
        organisation_id uuid NOT NULL,
        task_id         uuid NOT NULL,
        tag_id          uuid NOT NULL,
        CONSTRAINT task_tags_organisation_id_fkey
            FOREIGN KEY (organisation_id) REFERENCES public.organisations (id) ON DELETE CASCADE,
        CONSTRAINT task_tags_pkey
            PRIMARY KEY (task_id, tag_id),
        CONSTRAINT task_tags_organisation_id_task_id_fkey
            FOREIGN KEY (organisation_id, task_id) REFERENCES public.tasks (organisation_id, id) ON DELETE CASCADE,
        CONSTRAINT task_tags_organisation_id_tag_id_fkey
            FOREIGN KEY (organisation_id, tag_id) REFERENCES public.tags (organisation_id, id) ON DELETE CASCADE
    );
    ALTER TABLE public.task_tags ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.task_tags FROM PUBLIC, app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.task_tags TO app_user;
END $$;

CREATE INDEX IF NOT EXISTS task_tags_organisation_id_task_id_idx
    ON public.task_tags (organisation_id, task_id);
CREATE INDEX IF NOT EXISTS task_tags_organisation_id_tag_id_idx
    ON public.task_tags (organisation_id, tag_id);

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.task_tags;
    CREATE POLICY read ON public.task_tags
        FOR SELECT TO app_user USING (organisation_id IN (SELECT public.my_organisations('guest')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add ON public.task_tags;
    CREATE POLICY add ON public.task_tags
        FOR INSERT TO app_user WITH CHECK (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.task_tags;
    CREATE POLICY change ON public.task_tags
        FOR UPDATE TO app_user USING (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.task_tags;
    CREATE POLICY remove ON public.task_tags
        FOR DELETE TO app_user USING (organisation_id IN (SELECT public.my_organisations('member')));
END $$;

COMMENT ON TABLE public.task_tags IS 'Which task has which tag.';


-- ====================================================================================================
-- public.invoice_totals
-- Invoices with the sum of their lines. The policies of the tables apply.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE VIEW public.invoice_totals WITH (security_invoker = true) AS
    SELECT
        i.id,
        i.organisation_id,
        i.number,
        i.state,
        i.issued_on,
        coalesce(sum(l.amount), 0) AS total
    FROM public.invoices AS i
    LEFT JOIN public.invoice_lines AS l ON l.invoice_id = i.id
    GROUP BY i.id;
    REVOKE ALL ON TABLE public.invoice_totals FROM PUBLIC, app_user;
    GRANT SELECT ON TABLE public.invoice_totals TO app_user;
END $$;

COMMENT ON VIEW public.invoice_totals IS 'Invoices with the sum of their lines. The policies of the tables apply.';


-- ====================================================================================================
-- public.revenue_by_month
-- Paid invoices by month. Refreshed every night; no policy applies to it, so only reporting reads
-- it.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE MATERIALIZED VIEW IF NOT EXISTS public.revenue_by_month AS
    SELECT
        date_trunc('month', i.paid_at, 'UTC')::date AS month,
        i.organisation_id,
        count(DISTINCT i.id) AS invoices,
        sum(l.amount) AS amount
    FROM public.invoices AS i
    JOIN public.invoice_lines AS l ON l.invoice_id = i.id
    WHERE i.state = 'paid'
    GROUP BY 1, 2;
    REVOKE ALL ON TABLE public.revenue_by_month FROM PUBLIC, app_user, reporting;
    GRANT SELECT ON TABLE public.revenue_by_month TO reporting;
END $$;

CREATE UNIQUE INDEX IF NOT EXISTS revenue_by_month_month_organisation_id_idx
    ON public.revenue_by_month (month, organisation_id);

COMMENT ON MATERIALIZED VIEW public.revenue_by_month IS 'Paid invoices by month. Refreshed every night; no policy applies to it, so only reporting reads it.';


-- ====================================================================================================
-- public.colleagues
-- The members of the caller's organisations by name. It reads users past their policies.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE VIEW public.colleagues WITH (security_barrier = true) AS
    SELECT m.organisation_id, u.id, u.name, u.email, m.role
    FROM public.memberships AS m
    JOIN public.users AS u ON u.id = m.user_id
    WHERE m.organisation_id IN (SELECT public.my_organisations('member'));
    REVOKE ALL ON TABLE public.colleagues FROM PUBLIC, app_user;
    GRANT SELECT ON TABLE public.colleagues TO app_user;
END $$;

COMMENT ON VIEW public.colleagues IS 'The members of the caller''s organisations by name. It reads users past their policies.';


-- ====================================================================================================
-- public.open_tasks
-- Tasks that are not finished, with their tags. The policies of the tables apply.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE VIEW public.open_tasks WITH (security_invoker = true) AS
    SELECT
        t.id,
        t.organisation_id,
        t.title,
        t.state,
        t.assignee_id,
        t.due_on,
        t.due_on < current_date AS overdue,
        array(
            SELECT g.name
            FROM public.task_tags AS tt
            JOIN public.tags AS g ON g.id = tt.tag_id
            WHERE tt.task_id = t.id
            ORDER BY g.name
        ) AS tags
    FROM public.tasks AS t
    WHERE t.state IN ('open', 'in_progress');
    REVOKE ALL ON TABLE public.open_tasks FROM PUBLIC, app_user;
    GRANT SELECT ON TABLE public.open_tasks TO app_user;
END $$;

COMMENT ON VIEW public.open_tasks IS 'Tasks that are not finished, with their tags. The policies of the tables apply.';

RESET lock_timeout;
RESET statement_timeout;

-- ====================================================================================================
-- To check the result: no constraint is NOT VALID, no index is INVALID, and row_security is true where this
-- file enables it.
--
--   SELECT t.oid::regclass AS relation, t.relrowsecurity AS row_security, part.*
--   FROM pg_class AS t CROSS JOIN LATERAL (
--       SELECT 'column' AS kind, attname::text AS name, format_type(atttypid, atttypmod) AS definition
--       FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped
--       UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t.oid
--       UNION ALL SELECT CASE WHEN indisvalid THEN 'index' ELSE 'INVALID index' END, indexrelid::regclass::text,
--           pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = t.oid
--       UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger
--       WHERE tgrelid = t.oid AND NOT tgisinternal
--       UNION ALL SELECT 'policy', polname, concat_ws(' ', polcmd, polroles::regrole[],
--           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polrelid = t.oid
--       UNION ALL SELECT 'privilege', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type
--       FROM aclexplode(t.relacl)
--   ) AS part
--   WHERE t.relkind = 'r' AND t.relnamespace IN (to_regnamespace('public'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
