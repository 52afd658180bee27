-- Invitations: the table stores only the hash of a token. A user who accepts an invitation becomes a member.
create table public.teams (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  name text not null
);
create index teams_owner_id_idx on public.teams (owner_id);
create table public.team_people (
  team_id uuid not null references public.teams (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  primary key (team_id, user_id)
);
create index team_people_user_id_idx on public.team_people (user_id);
create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  token_hash bytea not null unique,
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz
);
create index invitations_team_id_idx on public.invitations (team_id);
alter table public.teams enable row level security;
alter table public.team_people enable row level security;
alter table public.invitations enable row level security;
grant select, insert, update, delete on public.teams to authenticated;
grant select on public.team_people to authenticated;
grant select, delete on public.invitations to authenticated;

create policy own_team on public.teams for all to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy own_membership on public.team_people for select to authenticated
  using (user_id = (select auth.uid()));
create policy owners_see on public.invitations for select to authenticated
  using (team_id in (select t.id from public.teams t where t.owner_id = (select auth.uid())));
create policy owners_withdraw on public.invitations for delete to authenticated
  using (team_id in (select t.id from public.teams t where t.owner_id = (select auth.uid())));

create function public.accept_invitation(token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  invited public.invitations;
begin
  if auth.uid() is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  update public.invitations i set accepted_at = now()
  where i.token_hash = sha256(token::bytea) and i.accepted_at is null and i.expires_at > now()
  returning i.* into invited;
  if not found then
    raise exception 'no such invitation' using errcode = 'no_data_found';
  end if;
  insert into public.team_people (team_id, user_id) values (invited.team_id, auth.uid()) on conflict do nothing;
  return invited.team_id;
end;
$$;
revoke execute on function public.accept_invitation(text) from public, anon;
grant execute on function public.accept_invitation(text) to authenticated;
