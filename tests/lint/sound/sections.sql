-- Documents and sections: the owner of a document owns its sections. A search function runs with SECURITY INVOKER.
create table public.documents (
  id bigint generated always as identity primary key,
  owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  body text not null
);
create index documents_owner_id_idx on public.documents (owner_id);
create table public.sections (
  id bigint generated always as identity primary key,
  document_id bigint not null references public.documents (id) on delete cascade,
  content text not null
);
create index sections_document_id_idx on public.sections (document_id);
alter table public.documents enable row level security;
alter table public.sections enable row level security;
grant select, insert, update, delete on public.documents, public.sections to authenticated;
create policy own on public.documents to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy own on public.sections to authenticated
  using (document_id in (select d.id from public.documents d where d.owner_id = (select auth.uid())))
  with check (document_id in (select d.id from public.documents d where d.owner_id = (select auth.uid())));
create function public.search(words text) returns setof public.sections
language sql stable set search_path = '' as $$
  select s.* from public.sections s
  where to_tsvector('english', s.content) @@ websearch_to_tsquery('english', words)
$$;
