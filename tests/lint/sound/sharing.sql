-- Sharing: owners share documents with other users, who read them, and edit them if the share allows it.
create schema if not exists private;
grant usage on schema private to authenticated;
create table public.documents (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  title text not null
);
create index documents_owner_id_idx on public.documents (owner_id);
create table public.document_shares (
  document_id uuid not null references public.documents (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  can_edit boolean not null default false,
  primary key (document_id, user_id)
);
create index document_shares_user_id_idx on public.document_shares (user_id);
alter table public.documents enable row level security;
alter table public.document_shares enable row level security;
grant select, insert, update, delete on public.documents, public.document_shares to authenticated;

create function private.owns_document(document uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.documents d where d.id = document and d.owner_id = (select auth.uid()))
$$;

create policy read on public.documents for select to authenticated using (
  owner_id = (select auth.uid())
  or id in (select s.document_id from public.document_shares s where s.user_id = (select auth.uid()))
);
create policy make on public.documents for insert to authenticated with check (owner_id = (select auth.uid()));
create policy edit on public.documents for update to authenticated using (
  owner_id = (select auth.uid())
  or exists (
    select 1 from public.document_shares s
    where s.document_id = documents.id and s.user_id = (select auth.uid()) and s.can_edit
  )
);
create policy remove on public.documents for delete to authenticated using (owner_id = (select auth.uid()));

create policy see on public.document_shares for select to authenticated
  using (user_id = (select auth.uid()) or private.owns_document(document_id));
create policy share on public.document_shares for insert to authenticated
  with check (private.owns_document(document_id));
create policy reshare on public.document_shares for update to authenticated
  using (private.owns_document(document_id)) with check (private.owns_document(document_id));
create policy unshare on public.document_shares for delete to authenticated
  using (user_id = (select auth.uid()) or private.owns_document(document_id));
