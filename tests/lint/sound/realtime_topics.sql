-- Realtime: members of a room receive and send messages on its channel.
create table public.rooms (
  id bigint generated always as identity primary key,
  topic text not null unique
);
create table public.rooms_users (
  user_id uuid not null references auth.users (id) on delete cascade,
  room_topic text not null references public.rooms (topic) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, room_topic)
);
create index rooms_users_room_topic_idx on public.rooms_users (room_topic);
alter table public.rooms enable row level security;
alter table public.rooms_users enable row level security;
grant select on public.rooms, public.rooms_users to authenticated;
create policy "Own rooms" on public.rooms_users for select to authenticated using (user_id = (select auth.uid()));
create policy "Rooms of members" on public.rooms for select to authenticated
  using (topic in (select ru.room_topic from public.rooms_users ru where ru.user_id = (select auth.uid())));

create policy "Members receive" on realtime.messages for select to authenticated
  using (
    exists (
      select 1 from public.rooms_users
      where user_id = (select auth.uid()) and room_topic = (select realtime.topic())
        and realtime.messages.extension in ('broadcast', 'presence')
    )
  );
create policy "Members send" on realtime.messages for insert to authenticated
  with check (
    exists (
      select 1 from public.rooms_users ru
      where ru.user_id = (select auth.uid()) and ru.room_topic = (select realtime.topic())
    )
    and extension = 'broadcast'
  );
create policy "Own notifications" on realtime.messages for select to authenticated
  using ((select realtime.topic()) = 'user:' || (select auth.uid())::text);
alter publication supabase_realtime add table public.rooms_users;
