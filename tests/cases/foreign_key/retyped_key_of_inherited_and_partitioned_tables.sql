-- a
CREATE TABLE org (id int PRIMARY KEY, parent int REFERENCES org (id) ON DELETE SET NULL);
CREATE TABLE base (id int, org_id int NOT NULL);
CREATE TABLE child (PRIMARY KEY (id), CONSTRAINT to_org FOREIGN KEY (org_id) REFERENCES org (id) ON DELETE CASCADE) INHERITS (base);
CREATE TABLE event (org_id int NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (org_id, at)) PARTITION BY RANGE (at);
CREATE TABLE event1 PARTITION OF event DEFAULT;
ALTER TABLE event ADD CONSTRAINT to_org FOREIGN KEY (org_id) REFERENCES org (id) NOT DEFERRABLE;
CREATE TABLE note (org_id int, at timestamptz, body text, CONSTRAINT to_event FOREIGN KEY (org_id, at) REFERENCES event (org_id, at) ON DELETE SET NULL (at));
ALTER TABLE org ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION my_orgs() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $x$SELECT o.id FROM public.org AS o$x$;
CREATE POLICY p ON org FOR SELECT TO schema_dsl_cases_reader USING (id IN (SELECT my_orgs()));
CREATE POLICY p ON child FOR SELECT TO schema_dsl_cases_reader USING (org_id IN (SELECT my_orgs()));
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
CREATE VIEW v AS SELECT o.id, e.at, n.body FROM org AS o LEFT JOIN event AS e ON e.org_id = o.id LEFT JOIN note AS n USING (org_id, at);

-- b
CREATE TABLE org (id bigint PRIMARY KEY, parent bigint REFERENCES org (id) ON DELETE SET NULL);
CREATE TABLE base (id int, org_id bigint NOT NULL);
CREATE TABLE child (PRIMARY KEY (id), CONSTRAINT to_org FOREIGN KEY (org_id) REFERENCES org (id) ON DELETE CASCADE) INHERITS (base);
CREATE TABLE event (org_id bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (org_id, at)) PARTITION BY RANGE (at);
CREATE TABLE event1 PARTITION OF event DEFAULT;
ALTER TABLE event ADD CONSTRAINT to_org FOREIGN KEY (org_id) REFERENCES org (id) NOT DEFERRABLE;
CREATE TABLE note (org_id bigint, at timestamptz, body text, CONSTRAINT to_event FOREIGN KEY (org_id, at) REFERENCES event (org_id, at) ON DELETE SET NULL (at));
ALTER TABLE org ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION my_orgs() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $x$SELECT o.id FROM public.org AS o$x$;
CREATE POLICY p ON org FOR SELECT TO schema_dsl_cases_reader USING (id IN (SELECT my_orgs()));
CREATE POLICY p ON child FOR SELECT TO schema_dsl_cases_reader USING (org_id IN (SELECT my_orgs()));
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
CREATE VIEW v AS SELECT o.id, e.at, n.body FROM org AS o LEFT JOIN event AS e ON e.org_id = o.id LEFT JOIN note AS n USING (org_id, at);

-- rows
INSERT INTO org VALUES (1, NULL), (2, 1); INSERT INTO base VALUES (1, 1); INSERT INTO child VALUES (2, 2); INSERT INTO event VALUES (1, '2026-01-01'); INSERT INTO note VALUES (1, '2026-01-01', 'x');
