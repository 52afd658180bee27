-- a
CREATE TABLE member (who text PRIMARY KEY, level int NOT NULL);
CREATE TABLE t (id int PRIMARY KEY, owner text REFERENCES member (who), level int);
CREATE FUNCTION level_of(who text) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $x$SELECT m.level FROM public.member AS m WHERE m.who = $1$x$;
CREATE FUNCTION can_see(r t) RETURNS boolean LANGUAGE sql STABLE AS $x$SELECT level_of(current_user) >= r.level$x$;
REVOKE EXECUTE ON FUNCTION level_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION level_of(text), can_see(t) TO schema_dsl_cases_reader;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON t FOR SELECT TO schema_dsl_cases_reader USING (can_see(t));
CREATE POLICY change ON t AS RESTRICTIVE TO schema_dsl_cases_reader USING (level < level_of(owner)) WITH CHECK (level_of(owner) > 1);
COMMENT ON POLICY see ON t IS 'By level.';
GRANT SELECT, UPDATE (level) ON t TO schema_dsl_cases_reader;
CREATE VIEW visible WITH (security_invoker = true) AS SELECT t.* FROM t WHERE can_see(t);
GRANT SELECT ON visible TO schema_dsl_cases_reader;

-- b
CREATE TABLE member (who text PRIMARY KEY, level bigint NOT NULL);
CREATE TABLE t (id int PRIMARY KEY, owner text REFERENCES member (who), level bigint);
CREATE FUNCTION level_of(who text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $x$SELECT m.level FROM public.member AS m WHERE m.who = $1$x$;
CREATE FUNCTION can_see(r t) RETURNS boolean LANGUAGE sql STABLE AS $x$SELECT level_of(current_user) >= r.level$x$;
REVOKE EXECUTE ON FUNCTION level_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION level_of(text), can_see(t) TO schema_dsl_cases_reader;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON t FOR SELECT TO schema_dsl_cases_reader USING (can_see(t));
CREATE POLICY change ON t AS RESTRICTIVE TO schema_dsl_cases_reader USING (level < level_of(owner)) WITH CHECK (level_of(owner) > 1);
COMMENT ON POLICY see ON t IS 'By level.';
GRANT SELECT, UPDATE (level) ON t TO schema_dsl_cases_reader;
CREATE VIEW visible WITH (security_invoker = true) AS SELECT t.* FROM t WHERE can_see(t);
GRANT SELECT ON visible TO schema_dsl_cases_reader;

-- rows
INSERT INTO member VALUES ('a', 1); INSERT INTO t VALUES (1, 'a', 1), (2, NULL, NULL);
