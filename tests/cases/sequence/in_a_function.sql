-- a

-- b
CREATE SEQUENCE numbers;
CREATE FUNCTION next_number() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('public.numbers') $$;
CREATE TABLE t (id bigint DEFAULT next_number() PRIMARY KEY);
