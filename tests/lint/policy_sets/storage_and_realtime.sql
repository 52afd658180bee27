-- sound storage avatars
create policy "Avatar images are publicly accessible." on storage.objects for select using (bucket_id = 'avatars');
create policy "Upload own avatar" on storage.objects for insert to authenticated with check (bucket_id = 'avatars' and (select auth.uid()::text) = (storage.foldername(name))[1]);
create policy "Update own avatar" on storage.objects for update to authenticated using (bucket_id = 'avatars' and (select auth.uid()::text) = (storage.foldername(name))[1]);
create policy "Delete own avatar" on storage.objects for delete to authenticated using (bucket_id = 'avatars' and (select auth.uid()::text) = (storage.foldername(name))[1]);
-- rows
insert into storage.objects (bucket_id, name) values ('avatars', 'b0b/x.png'), ('private', 'secret.pdf');
-- try
ann: select from storage.objects where bucket_id = 'private'
ann: insert into storage.objects (bucket_id, name) values ('avatars', 'b0b/y.png')
ann: update storage.objects set name = 'x'
ann: delete from storage.objects

-- open storage anyone uploads to avatars
create policy "Avatar images are publicly accessible." on storage.objects for select using (bucket_id = 'avatars');
create policy "Anyone can upload an avatar." on storage.objects for insert with check (bucket_id = 'avatars');
create policy "Anyone can update an avatar." on storage.objects for update using (bucket_id = 'avatars');
-- rows
insert into storage.objects (bucket_id, name) values ('avatars', 'b0b/x.png');
-- try
anon: insert into storage.objects (bucket_id, name) values ('avatars', 'b0b/y.png')
ann: update storage.objects set name = 'x'

-- open storage authenticated delete in bucket
create policy "read docs" on storage.objects for select to authenticated using (bucket_id = 'private' and owner_id = (select auth.uid()::text));
create policy "write docs" on storage.objects for insert to authenticated with check (bucket_id = 'private' and owner_id = (select auth.uid()::text));
create policy "delete docs" on storage.objects for delete to authenticated using (bucket_id = 'private' and auth.role() = 'authenticated');
create policy "see all docs" on storage.objects for select to authenticated using (bucket_id = 'private' and auth.role() = 'authenticated');
-- rows
insert into storage.objects (bucket_id, name, owner_id) values ('private', 'b0b/x.pdf', :bob);
-- try
ann: delete from storage.objects

-- sound storage team folder via membership
create table public.team_members (team_id uuid not null, user_id uuid not null references auth.users on delete cascade, primary key (team_id, user_id));
create index on public.team_members (user_id);
alter table public.team_members enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "team files" on storage.objects for all to authenticated
  using (bucket_id = 'private' and (storage.foldername(name))[1] in (select tm.team_id::text from public.team_members tm where tm.user_id = (select auth.uid())))
  with check (bucket_id = 'private' and (storage.foldername(name))[1] in (select tm.team_id::text from public.team_members tm where tm.user_id = (select auth.uid())));
-- rows
insert into public.team_members values (:o1, :ann), (:o2, :bob);
insert into storage.objects (bucket_id, name) values ('private', 'bbbbbbbb-1111-4000-8000-000000000002/x.pdf');
-- try
ann: select from storage.objects
ann: insert into storage.objects (bucket_id, name) values ('private', 'bbbbbbbb-1111-4000-8000-000000000002/y.pdf')
ann: delete from storage.objects

-- open storage any team member
create table public.team_members (team_id uuid not null, user_id uuid not null references auth.users on delete cascade, primary key (team_id, user_id));
create index on public.team_members (user_id);
alter table public.team_members enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "team files" on storage.objects for select to authenticated
  using (bucket_id = 'private' and exists (select 1 from public.team_members tm where tm.user_id = (select auth.uid())));
-- rows
insert into public.team_members values (:o1, :ann), (:o2, :bob);
insert into storage.objects (bucket_id, name) values ('private', 'bbbbbbbb-1111-4000-8000-000000000002/x.pdf');
-- try
ann: select from storage.objects

-- open storage name capture
create table public.projects (id uuid primary key, owner_id uuid not null references auth.users, name text not null);
create index on public.projects (owner_id);
alter table public.projects enable row level security;
create policy own on public.projects for select to authenticated using (owner_id = (select auth.uid()));
create policy "project files" on storage.objects for select to authenticated
  using (bucket_id = 'private' and exists (
    select 1 from public.projects p where p.owner_id = (select auth.uid()) and p.id::text = (storage.foldername(name))[1]));
create policy "project files delete" on storage.objects for delete to authenticated
  using (bucket_id = 'private' and exists (
    select 1 from public.projects p where p.owner_id = (select auth.uid()) and (storage.foldername(name))[1] = p.id::text));
-- rows
insert into public.projects values (:o1, :ann, 'aaaaaaaa-1111-4000-8000-000000000001/anything');
insert into storage.objects (bucket_id, name) values ('private', 'bbbbbbbb-1111-4000-8000-000000000002/x.pdf');
-- try
ann: select from storage.objects

-- sound storage with objects.name
create table public.projects (id uuid primary key, owner_id uuid not null references auth.users, name text not null);
create index on public.projects (owner_id);
alter table public.projects enable row level security;
create policy own on public.projects for select to authenticated using (owner_id = (select auth.uid()));
create policy "project files" on storage.objects for select to authenticated
  using (bucket_id = 'private' and exists (
    select 1 from public.projects p where p.owner_id = (select auth.uid()) and p.id::text = (storage.foldername(objects.name))[1]));
-- rows
insert into public.projects values (:o1, :ann, 'aaaaaaaa-1111-4000-8000-000000000001/anything');
insert into storage.objects (bucket_id, name) values ('private', 'bbbbbbbb-1111-4000-8000-000000000002/x.pdf');
-- try
ann: select from storage.objects

-- sound realtime messages
create table public.rooms_users (topic text not null, user_id uuid not null references auth.users on delete cascade, primary key (user_id, topic));
alter table public.rooms_users enable row level security;
create policy own on public.rooms_users for select to authenticated using (user_id = (select auth.uid()));
create policy "listen" on realtime.messages for select to authenticated
  using (exists (select 1 from public.rooms_users ru where ru.user_id = (select auth.uid()) and ru.topic = (select realtime.topic()) and realtime.messages.extension in ('broadcast', 'presence')));
create policy "send" on realtime.messages for insert to authenticated
  with check (exists (select 1 from public.rooms_users ru where ru.user_id = (select auth.uid()) and ru.topic = (select realtime.topic())) and realtime.messages.extension = 'broadcast');
-- rows
insert into public.rooms_users values ('secret', :bob);
insert into realtime.messages (topic, extension) values ('secret', 'broadcast');
-- try
ann [realtime.topic=secret]: select from realtime.messages
ok bob [realtime.topic=secret]: select from realtime.messages

-- open realtime topics for any member
create table public.rooms_users (topic text not null, user_id uuid not null references auth.users on delete cascade, primary key (user_id, topic));
alter table public.rooms_users enable row level security;
create policy own on public.rooms_users for select to authenticated using (user_id = (select auth.uid()));
create policy "listen" on realtime.messages for select to authenticated
  using (exists (select 1 from public.rooms_users ru where ru.user_id = (select auth.uid()) and ru.topic = topic));
-- rows
insert into public.rooms_users values ('mine', :ann), ('secret', :bob);
insert into realtime.messages (topic, extension) values ('secret', 'broadcast');
-- try
ann [realtime.topic=secret]: select from realtime.messages

-- open realtime any signed in sends
create policy "send" on realtime.messages for insert to authenticated with check (true);
create policy "listen" on realtime.messages for select to authenticated using ((select realtime.topic()) like 'user:%');
-- rows
insert into realtime.messages (topic, extension) values ('user:b', 'broadcast');
-- try
ann [realtime.topic=user:b]: select from realtime.messages

-- sound realtime own user topic
create policy "listen" on realtime.messages for select to authenticated using ((select realtime.topic()) = 'user:' || (select auth.uid())::text and extension = 'broadcast');
-- rows
insert into realtime.messages (topic, extension) values ('user:b', 'broadcast');
-- try
ann [realtime.topic=user:b]: select from realtime.messages

-- open storage name capture as postgres prints it
create table public.projects (id uuid primary key, owner_id uuid not null references auth.users, name text not null);
create index on public.projects (owner_id);
alter table public.projects enable row level security;
create policy own on public.projects for select to authenticated using (owner_id = (select auth.uid()));
create policy "project files" on storage.objects for select to authenticated
  using (bucket_id = 'private' and exists (
    select 1 from public.projects p where p.owner_id = (select auth.uid()) and p.id::text = (storage.foldername(p.name))[1]));
-- rows
insert into public.projects values (:o1, :ann, 'aaaaaaaa-1111-4000-8000-000000000001/anything');
insert into storage.objects (bucket_id, name) values ('private', 'bbbbbbbb-1111-4000-8000-000000000002/x.pdf');
-- try
ann: select from storage.objects

-- open storage any user uploads anywhere in bucket
create policy "Authenticated users can upload" on storage.objects for insert to authenticated with check (bucket_id = 'avatars');
create policy "Own files" on storage.objects for select to authenticated using (bucket_id = 'avatars' and owner_id = (select auth.uid()::text));
-- rows
-- try
ann: insert into storage.objects (bucket_id, name) values ('avatars', 'b0b/x.jpg')

-- sound realtime room by sub-select with split topic
create table public.room_users (room_id uuid not null, user_id uuid not null references auth.users, primary key (user_id, room_id));
alter table public.room_users enable row level security;
create policy own on public.room_users for select to authenticated using (user_id = (select auth.uid()));
create policy "members" on realtime.messages for select to authenticated
  using ((select realtime.topic()) like 'room:%' and exists (select 1 from public.room_users ru where ru.user_id = (select auth.uid()) and ru.room_id::text = split_part((select realtime.topic()), ':', 2)));
-- rows
insert into public.room_users values (:o2, :bob);
insert into realtime.messages (topic, extension) values ('room:bbbbbbbb-1111-4000-8000-000000000002', 'broadcast');
-- try
ann [realtime.topic=room:bbbbbbbb-1111-4000-8000-000000000002]: select from realtime.messages

-- open realtime room any membership
create table public.room_users (room_id uuid not null, user_id uuid not null references auth.users, primary key (user_id, room_id));
alter table public.room_users enable row level security;
create policy own on public.room_users for select to authenticated using (user_id = (select auth.uid()));
create policy "members" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and exists (select 1 from public.room_users ru where ru.user_id = (select auth.uid())));
-- rows
insert into public.room_users values (:o1, :ann), (:o2, :bob);
insert into realtime.messages (topic, extension) values ('room:bbbbbbbb-1111-4000-8000-000000000002', 'broadcast');
-- try
ann [realtime.topic=room:bbbbbbbb-1111-4000-8000-000000000002]: select from realtime.messages
