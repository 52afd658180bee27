-- Chat: participants read and write the messages of a conversation, and authors edit their messages for an hour.
create schema if not exists private;
grant usage on schema private to authenticated;
create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  created_by uuid default auth.uid() references auth.users (id) on delete set null
);
create index conversations_created_by_idx on public.conversations (created_by);
create table public.participants (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  joined_at timestamptz not null default now(),
  primary key (conversation_id, user_id)
);
create index participants_user_id_idx on public.participants (user_id);
create table public.messages (
  id bigint generated always as identity primary key,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  sender_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  body text not null,
  sent_at timestamptz not null default now()
);
create index messages_conversation_id_idx on public.messages (conversation_id, sent_at);
create index messages_sender_id_idx on public.messages (sender_id);
alter table public.conversations enable row level security;
alter table public.participants enable row level security;
alter table public.messages enable row level security;

create function private.my_conversations() returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(p.conversation_id), '{}') from public.participants p where p.user_id = (select auth.uid())
$$;

grant select, insert on public.conversations, public.participants to authenticated;
grant delete on public.participants to authenticated;
grant select, insert, update (body), delete on public.messages to authenticated;

create policy take_part on public.conversations for select to authenticated
  using (id = any ((select private.my_conversations())::uuid[]) or created_by = (select auth.uid()));
create policy begin_one on public.conversations for insert to authenticated
  with check (created_by = (select auth.uid()));
create policy see_others on public.participants for select to authenticated
  using (conversation_id = any ((select private.my_conversations())::uuid[]));
create policy invite on public.participants for insert to authenticated
  with check (
    conversation_id in (select c.id from public.conversations c where c.created_by = (select auth.uid()))
  );
create policy leave on public.participants for delete to authenticated using (user_id = (select auth.uid()));
create policy read on public.messages for select to authenticated
  using (conversation_id = any ((select private.my_conversations())::uuid[]));
create policy send on public.messages for insert to authenticated
  with check (
    sender_id = (select auth.uid()) and conversation_id = any ((select private.my_conversations())::uuid[])
  );
create policy edit on public.messages for update to authenticated
  using (sender_id = (select auth.uid()) and sent_at > now() - interval '1 hour')
  with check (sender_id = (select auth.uid()));
create policy take_back on public.messages for delete to authenticated using (sender_id = (select auth.uid()));
