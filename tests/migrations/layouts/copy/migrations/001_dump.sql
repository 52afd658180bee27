--
-- PostgreSQL database dump
--

\restrict 7nzQe8yZ
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
CREATE TABLE public.words (id integer, word text);
COPY public.words (id, word) FROM stdin;
1	plain
2	\N
3	tab\tand 'quote
4	$$ -- +goose Down
\.

ALTER TABLE ONLY public.words ADD CONSTRAINT words_pkey PRIMARY KEY (id);
\unrestrict 7nzQe8yZ
