drop trigger comments_notify on public.comments;
drop function public.notify_comment();
drop extension if exists "pg_net";
