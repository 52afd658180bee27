-- a
CREATE TABLE a (id int PRIMARY KEY, b_id int);
CREATE FUNCTION count_of(r a) RETURNS bigint LANGUAGE sql STABLE AS $x$SELECT count(*) FROM public.a WHERE id = r.id$x$;
CREATE VIEW v AS SELECT a.id, count_of(a) AS n FROM a;
CREATE FUNCTION of_v(r v) RETURNS SETOF a LANGUAGE sql STABLE BEGIN ATOMIC SELECT a.id, a.b_id FROM a WHERE a.id = r.id; END;
CREATE FUNCTION next_id() RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT (coalesce(max(v.id), 0) + 1)::int FROM v; END;
CREATE TABLE b (id int PRIMARY KEY DEFAULT next_id(), a_id int REFERENCES a (id));
ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b_id) REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION is_mine(r b) RETURNS boolean LANGUAGE sql STABLE AS $x$SELECT EXISTS (SELECT FROM of_v((SELECT v FROM v WHERE v.id = r.a_id)))$x$;
ALTER TABLE b ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON b FOR SELECT TO schema_dsl_cases_reader USING (is_mine(b));
CREATE VIEW w AS SELECT o.id, b.a_id FROM v, of_v(v) AS o LEFT JOIN b ON b.a_id = o.id;
GRANT SELECT ON w TO schema_dsl_cases_reader;

-- b
CREATE TABLE a (id bigint PRIMARY KEY, b_id bigint);
CREATE FUNCTION count_of(r a) RETURNS bigint LANGUAGE sql STABLE AS $x$SELECT count(*) FROM public.a WHERE id = r.id$x$;
CREATE VIEW v AS SELECT a.id, count_of(a) AS n FROM a;
CREATE FUNCTION of_v(r v) RETURNS SETOF a LANGUAGE sql STABLE BEGIN ATOMIC SELECT a.id, a.b_id FROM a WHERE a.id = r.id; END;
CREATE FUNCTION next_id() RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT (coalesce(max(v.id), 0) + 1)::int FROM v; END;
CREATE TABLE b (id bigint PRIMARY KEY DEFAULT next_id(), a_id bigint REFERENCES a (id));
ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b_id) REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION is_mine(r b) RETURNS boolean LANGUAGE sql STABLE AS $x$SELECT EXISTS (SELECT FROM of_v((SELECT v FROM v WHERE v.id = r.a_id)))$x$;
ALTER TABLE b ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON b FOR SELECT TO schema_dsl_cases_reader USING (is_mine(b));
CREATE VIEW w AS SELECT o.id, b.a_id FROM v, of_v(v) AS o LEFT JOIN b ON b.a_id = o.id;
GRANT SELECT ON w TO schema_dsl_cases_reader;

-- rows
INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1);
