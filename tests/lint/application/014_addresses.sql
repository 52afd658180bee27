-- invoices need an address; first as a row type, which turned out to be a bad idea (see 024)
create type address as (street text, zip varchar(12), city text, country text);
alter type address rename attribute zip to postcode;
alter type address add attribute region text cascade;
alter type address alter attribute country type char(2) cascade;

alter table organisations
  add column address address,
  add column vat_id text,
  add column phone_numbers text[] default '{}';

update organisations set address.country = 'DE', address.city = 'Berlin' where address is null and slug like 'berlin%';
update organisations o
   set address = row (a.street, a.postcode, a.city, a.country, null)::address
  from (values ('acme', 'Main St 1', '10115', 'Berlin', 'DE')) as a (slug, street, postcode, city, country)
 where a.slug = o.slug;

create index organisations_country_idx on organisations (((address).country));
alter table organisations add constraint organisations_vat_needs_country
  check (vat_id is null or (address).country is not null);
alter table organisations add constraint organisations_vat_id_key unique (vat_id);

create or replace function full_address(o organisations) returns text
language sql immutable as $$
  select concat_ws(', ', (o.address).street, concat_ws(' ', (o.address).postcode, (o.address).city), (o.address).country)
$$;
-- PostgREST: select=name,full_address
select o.name, o.full_address, (o.address).city from organisations o where full_address(o) <> '';

create function digits(variadic parts text[]) returns text
language sql immutable strict as $$ select string_agg(regexp_replace(p, '\D', '', 'g'), '') from unnest(parts) as p $$;
select digits('+49 30', '123-45'), digits(variadic array['1', '2']), digits(variadic parts => '{a1,b2}');
