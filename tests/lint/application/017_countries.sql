-- psql: run with  psql -f 017_countries.sql
\set ON_ERROR_STOP on
\set schema public
\echo loading countries

CREATE TABLE :"schema".countries (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2}$'),
    name text NOT NULL,
    "número" integer,
    eu boolean NOT NULL DEFAULT false
);

COPY :"schema".countries (code, name, "número", eu) FROM stdin;
DE	Germany	276	t
ES	España	724	t
CI	Côte d'Ivoire; "Ivory Coast"	384	f
GB	United Kingdom $$ not a body	826	f
\.

COPY public.countries (code, name, eu) FROM stdin WITH (FORMAT csv, HEADER true, NULL '');
code,name,eu
FR,"France; la 'belle'",true
PT,Portugal,true
\.

SELECT count(*) > 0 AS loaded, count(*) AS countries, count(*) FILTER (WHERE eu) AS eu FROM public.countries \gset
\if :loaded
    \echo :countries countries, :eu in the EU
\else
    \warn nothing was loaded
    \quit
\endif
ALTER TABLE public.countries ENABLE ROW LEVEL SECURITY;
CREATE POLICY countries_are_known ON public.countries FOR SELECT TO anon, authenticated USING (true);
GRANT SELECT ON public.countries TO anon, authenticated, service_role;
SELECT code, name, "número" + 1 FROM public.countries WHERE eu ORDER BY name COLLATE "C" \g (format=unaligned) /dev/null
