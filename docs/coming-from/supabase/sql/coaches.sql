CREATE FUNCTION private.coaches(team uuid)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT FROM public.team_coaches AS c WHERE c.team_id = coaches.team AND c.profile_id = (SELECT auth.uid())
    )
$$;
