select vault.create_secret('whsec_local', 'webhook_secret', 'Signs outgoing webhooks');

create or replace function public.webhook_secret()
returns text
language sql stable security definer set search_path = ''
as $$ select decrypted_secret from vault.decrypted_secrets where name = 'webhook_secret' $$;
revoke execute on function public.webhook_secret() from public, anon, authenticated;
