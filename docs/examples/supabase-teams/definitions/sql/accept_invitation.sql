CREATE FUNCTION public.accept_invitation(invitation_id uuid) RETURNS void
LANGUAGE plpgsql
-- No client role may insert into team_members directly.
SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    accepted public.invitations;
BEGIN
    DELETE FROM public.invitations AS i
    WHERE i.id = invitation_id AND i.email = auth.email() AND i.expires_at > now()
    RETURNING * INTO accepted;
    IF accepted.id IS NULL THEN
        RAISE EXCEPTION 'there is no such invitation for you, or it has expired';
    END IF;
    INSERT INTO public.team_members (team_id, user_id, role)
    VALUES (accepted.team_id, auth.uid(), accepted.role)
    ON CONFLICT (team_id, user_id) DO NOTHING;
END
$$;
