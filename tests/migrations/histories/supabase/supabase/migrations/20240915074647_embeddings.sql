create extension if not exists vector with schema extensions;

create table public.document_sections (
  id bigint generated always as identity primary key,
  document_id uuid not null references public.documents (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  content text not null,
  embedding extensions.vector(3)
);
create index document_sections_document_id_idx on public.document_sections (document_id);
create index document_sections_organization_id_idx on public.document_sections (organization_id);
create index document_sections_embedding_idx on public.document_sections using hnsw (embedding vector_cosine_ops);
alter table public.document_sections enable row level security;

create policy document_sections_select_member on public.document_sections
  for select to authenticated
  using (public.is_org_member(organization_id));
