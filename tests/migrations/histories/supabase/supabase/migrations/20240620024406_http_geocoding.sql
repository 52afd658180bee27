create extension if not exists http with schema extensions;

create or replace function public.geocode(address text)
returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
  response extensions.http_response;
begin
  response := extensions.http_get('https://example.com/geocode?q=' || extensions.urlencode(address));
  return case when response.status = 200 then response.content::jsonb end;
end;
$$;
revoke execute on function public.geocode(text) from public, anon;
