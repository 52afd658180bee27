SELECT m.organisation_id, u.id, u.name, u.email, m.role
FROM public.memberships AS m
JOIN public.users AS u ON u.id = m.user_id
WHERE m.organisation_id IN (SELECT public.my_organisations('member'))
