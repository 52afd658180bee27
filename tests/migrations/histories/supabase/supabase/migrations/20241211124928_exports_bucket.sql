insert into storage.buckets (id, name) values ('exports', 'exports');
create policy "Users read their exports" on storage.objects
  for select to authenticated
  using (bucket_id = 'exports' and owner_id = (select auth.uid())::text);
