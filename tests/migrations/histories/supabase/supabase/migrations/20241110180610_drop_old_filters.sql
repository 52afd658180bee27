drop policy "Users can delete their own saved filters" on public.saved_filters;
create policy "Users can delete their own saved filters"
  on public.saved_filters for delete
  to authenticated
  using ((select auth.uid()) = user_id);
alter table public.saved_filters add column pinned boolean not null default false;
