CREATE FUNCTION private.my_teams(at_least public.team_role DEFAULT 'member') RETURNS SETOF uuid
LANGUAGE sql STABLE ROWS 10
-- The policies of team_members call this function, which has to read team_members past them.
SECURITY DEFINER SET search_path = ''
AS $$
    SELECT team_id
    FROM public.team_members
    WHERE user_id = auth.uid() AND role >= at_least
$$;

REVOKE ALL ON FUNCTION private.my_teams(public.team_role) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION private.my_teams(public.team_role) TO authenticated;
