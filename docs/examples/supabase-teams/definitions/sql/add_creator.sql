CREATE FUNCTION private.add_creator() RETURNS trigger
LANGUAGE plpgsql
-- No client role may insert into team_members directly.
SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    IF NEW.created_by IS NOT NULL THEN
        INSERT INTO public.team_members (team_id, user_id, role) VALUES (NEW.id, NEW.created_by, 'admin');
    END IF;
    RETURN NULL;
END
$$;
