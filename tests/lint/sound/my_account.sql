-- My account: a security_barrier view of the owner that selects the caller's row of auth.users.
create view public.my_account with (security_barrier) as
  select u.id, u.email, u.created_at from auth.users u where u.id = (select auth.uid());
revoke all on public.my_account from anon, authenticated;
grant select on public.my_account to authenticated;
