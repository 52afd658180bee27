insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('documents', 'documents', false, 5242880, array['application/pdf', 'image/png']);

create policy "Members read documents" on storage.objects
  for select to authenticated
  using (bucket_id = 'documents' and public.is_org_member(((storage.foldername(name))[1])::uuid));
create policy "Members upload documents" on storage.objects
  for insert to authenticated
  with check (bucket_id = 'documents' and public.is_org_member(((storage.foldername(name))[1])::uuid));
create policy "Admins delete documents" on storage.objects
  for delete to authenticated
  using (bucket_id = 'documents' and public.is_org_admin(((storage.foldername(name))[1])::uuid));
