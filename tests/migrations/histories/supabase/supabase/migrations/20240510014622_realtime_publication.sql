alter publication supabase_realtime add table public.tasks;
alter publication supabase_realtime add table public.comments, public.projects;
