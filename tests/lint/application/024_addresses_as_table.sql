-- The row type is replaced by a table: one organisation, several addresses.
SET lock_timeout TO '5s';

CREATE TABLE IF NOT EXISTS public.addresses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    kind text NOT NULL DEFAULT 'invoice' CHECK (kind IN ('invoice', 'delivery')),
    lines text[] NOT NULL,
    postcode text, city text, region text,
    country text NOT NULL REFERENCES public.countries (code),
    UNIQUE (org_id, kind)
);
CREATE INDEX IF NOT EXISTS addresses_country_idx ON public.addresses (country);
ALTER TABLE public.addresses ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS addresses_all ON public.addresses;
CREATE POLICY addresses_all ON public.addresses TO authenticated
    USING (org_id IN (SELECT app.my_orgs()) AND app.has_role(org_id, 'owner', 'admin'));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.addresses TO authenticated, service_role;

INSERT INTO public.addresses (org_id, lines, postcode, city, region, country)
SELECT o.id, ARRAY[(o.address).street], (o.address).postcode, (o.address).city, (address).region, (o.address).country
FROM public.organisations AS o
WHERE (o.address).street IS NOT NULL AND (o.address).country IN (SELECT code FROM public.countries)
ON CONFLICT (org_id, kind) DO NOTHING;

DROP FUNCTION IF EXISTS public.full_address(public.organisations);
DROP INDEX CONCURRENTLY IF EXISTS public.organisations_country_idx;
ALTER TABLE public.organisations DROP CONSTRAINT IF EXISTS organisations_vat_needs_country;
ALTER TABLE public.organisations DROP COLUMN IF EXISTS address;
DROP TYPE IF EXISTS public.address;

-- A function of the same name again, over the table.
CREATE OR REPLACE FUNCTION public.full_address(a public.addresses) RETURNS text
LANGUAGE sql STABLE SET search_path = ''
RETURN array_to_string(a.lines || concat_ws(' ', a.postcode, a.city) || a.country, E'\n');
SELECT a.full_address, cardinality(a.lines) FROM public.addresses AS a;

ALTER TABLE public.organisations ADD COLUMN IF NOT EXISTS address text;
COMMENT ON COLUMN public.organisations.address IS 'As people typed it; see addresses';
ALTER TABLE public.organisations DROP COLUMN phone_numbers;
RESET lock_timeout;
