create or replace function public.accept_invitation(invitation_token text)
returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  org uuid;
begin
  delete from public.invitations
  where token = invitation_token and expires_at > now() and email = (auth.jwt() ->> 'email')::extensions.citext
  returning organization_id into org;
  if org is null then
    raise exception 'invitation not found' using errcode = 'P0002';
  end if;
  insert into public.memberships (organization_id, user_id) values (org, auth.uid()) on conflict do nothing;
  return org;
end;
$$;
revoke execute on function public.accept_invitation(text) from public, anon;
