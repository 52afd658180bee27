-- Guests and billing admins. New values of an enum need a file of their own to be used.
ALTER TYPE public.org_role ADD VALUE IF NOT EXISTS 'guest' AFTER 'member';
ALTER TYPE public.org_role ADD VALUE IF NOT EXISTS 'billing' BEFORE 'member';
ALTER TYPE public.task_status ADD VALUE 'review';
ALTER TYPE public.task_status RENAME VALUE 'doing' TO 'in_progress';
ALTER TYPE public.notification_kind ADD VALUE IF NOT EXISTS 'invited';

CREATE TABLE IF NOT EXISTS public.invitations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    email extensions.citext NOT NULL,
    role public.org_role NOT NULL DEFAULT 'member',
    invited_by uuid NOT NULL DEFAULT auth.uid() REFERENCES public.profiles (id),
    accepted_at timestamptz,
    token text NOT NULL DEFAULT encode(sha256(gen_random_uuid()::text::bytea), 'hex'),
    CONSTRAINT invitations_once UNIQUE (org_id, email)
);
CREATE INDEX IF NOT EXISTS invitations_invited_by_idx ON public.invitations (invited_by);
ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS invitations_admins ON public.invitations;
CREATE POLICY invitations_admins ON public.invitations FOR ALL TO authenticated
    USING (app.has_role(org_id, 'owner', 'admin'))
    WITH CHECK (app.has_role(org_id, 'owner', 'admin') AND invited_by = (SELECT auth.uid()));
DROP POLICY IF EXISTS invitations_mine ON public.invitations;
CREATE POLICY invitations_mine ON public.invitations FOR SELECT TO authenticated
    USING (lower(email::text) = (SELECT lower(auth.jwt() ->> 'email')));
GRANT SELECT, INSERT, DELETE ON public.invitations TO authenticated;
GRANT ALL ON public.invitations TO service_role;

CREATE OR REPLACE FUNCTION public.accept_invitation(token text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    invitation record;
BEGIN
    IF auth.uid() IS NULL THEN
        RAISE EXCEPTION 'sign in first' USING ERRCODE = '42501';
    END IF;
    UPDATE public.invitations AS i SET accepted_at = now()
    WHERE i.token = accept_invitation.token AND i.accepted_at IS NULL
    RETURNING i.org_id, i.role INTO invitation;
    IF NOT FOUND THEN
        RAISE no_data_found;
    END IF;
    INSERT INTO public.members VALUES (invitation.org_id, auth.uid(), invitation.role)
    ON CONFLICT ON CONSTRAINT members_pkey DO NOTHING;
    RETURN invitation.org_id;
END
$$;
REVOKE ALL ON FUNCTION public.accept_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.accept_invitation(text) TO authenticated;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'invitations_email_check') THEN
        ALTER TABLE public.invitations ADD CONSTRAINT invitations_email_check CHECK (email LIKE '%_@_%');
    END IF;
END
$$;
