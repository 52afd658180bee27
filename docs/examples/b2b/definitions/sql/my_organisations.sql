CREATE FUNCTION my_organisations(at_least member_role DEFAULT 'guest') RETURNS SETOF uuid
LANGUAGE sql STABLE ROWS 10
-- The policies of memberships call this function, which has to read memberships past them.
SECURITY DEFINER SET search_path = ''
AS $$
    SELECT organisation_id
    FROM public.memberships
    WHERE user_id = public.current_user_id() AND role >= at_least
$$;

REVOKE ALL ON FUNCTION my_organisations(member_role) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_organisations(member_role) TO app_user;
