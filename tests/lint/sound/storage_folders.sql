-- Storage: avatars are public, and users write only in their own folder. Documents belong to a team.
create table public.team_members (
  team_id uuid not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  primary key (user_id, team_id)
);
alter table public.team_members enable row level security;
grant select on public.team_members to authenticated;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));

insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('documents', 'documents', false)
on conflict (id) do nothing;

create policy "Avatar images are publicly accessible" on storage.objects
  for select to anon, authenticated using (bucket_id = 'avatars');
create policy "Users upload their avatar" on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid()::text));
create policy "Users change their avatar" on storage.objects for update to authenticated
  using (bucket_id = 'avatars' and owner_id = (select auth.uid()::text))
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid()::text));
create policy "Users delete their own files" on storage.objects for delete to authenticated
  using (owner_id = (select auth.uid()::text));
create policy "Members read documents" on storage.objects for select to authenticated
  using (
    bucket_id = 'documents'
    and (storage.foldername(name))[1]::uuid in (
      select m.team_id from public.team_members m where m.user_id = (select auth.uid())
    )
  );
create policy "Members add documents" on storage.objects for insert to authenticated
  with check (
    bucket_id in ('documents')
    and exists (
      select from public.team_members m
      where m.user_id = (select auth.uid()) and m.team_id::text = (storage.foldername(name))[1]
    )
  );
