-- Rows of INSERT: keys, partitions, and deferrable constraints
INSERT INTO countries VALUES ('de', 'Germany', 49), ('fr', 'France', 33);
INSERT INTO countries VALUES ('de', 'Germany', 49), ('de', 'France', 33); -- refused
INSERT INTO countries VALUES ('de', 'Germany', 49), ('fr', 'France', 49); -- refused
INSERT INTO countries VALUES ('de', 'Germany', NULL), ('fr', 'France', NULL);
INSERT INTO countries VALUES ('de', 'Germany', 1, 'deu'), ('fr', 'Germany', 2, 'deu'); -- refused
INSERT INTO countries VALUES ('de', 'Germany', 1, NULL), ('fr', 'Germany', 2, NULL);
INSERT INTO countries VALUES ('de', 'Germany', 1), ('fr', 'Germany', 2);
INSERT INTO countries (code, name) VALUES ('de', 'a'), ('DE', 'b');
INSERT INTO countries (code, name) VALUES ('de', 'a'), ('d', 'b');
INSERT INTO countries (code, name, phone) VALUES ('de', 'a', 1), ('fr', 'b', '1'); -- refused
INSERT INTO countries (code, name, phone) VALUES ('de', 'a', 1), ('fr', 'b', '01'); -- refused
INSERT INTO countries (code, name) VALUES ('de', 'a'), ('de', 'b') ON CONFLICT DO NOTHING;
INSERT INTO countries (code, name) VALUES ('de', 'a'), ('de', 'b') ON CONFLICT (code) DO UPDATE SET name = excluded.name; -- refused
INSERT INTO countries (code, name) VALUES ('de', 'a'), ('fr', 'b') ON CONFLICT (code) DO UPDATE SET name = excluded.name;
INSERT INTO countries (code, name) VALUES ('de', 'a'), ('de', 'b') ON CONFLICT ON CONSTRAINT countries_pkey DO UPDATE SET name = excluded.name; -- refused
INSERT INTO plans (id, name) VALUES (1, 'Free'), (2, 'Pro');
INSERT INTO plans (id, name) VALUES (1, 'Free'), (1, 'Pro'); -- refused
INSERT INTO plans (id, name, price) VALUES (1, 'Free', 1.001), (2, 'Pro', 1.002); -- refused
INSERT INTO plans (id, name, price) VALUES (1, 'Free', 1.00), (2, 'Pro', 1); -- refused
INSERT INTO plans (id, name, price) VALUES (1, 'Free', 1.01), (2, 'Pro', 1.02);
INSERT INTO plans (id, name, tier) VALUES (1, 'Free', 0), (2, 'Pro', 0);
INSERT INTO plans (id, name, since) VALUES (1, 'Free', '2024-01-01'), (2, 'Pro', '2024-01-01'); -- refused
INSERT INTO plans (id, name, since) VALUES (1, 'Free', '2024-01-01'), (2, 'Pro', '2024-01-01'::date); -- refused
INSERT INTO plans (id, name, since) VALUES (1, 'Free', '2024-01-01'), (2, 'Pro', '2024-01-02');
INSERT INTO settings (key, value) VALUES ('a', '1'), ('b', '1'); -- refused
INSERT INTO settings (key, value) VALUES ('a', '1'), ('b', '2');
INSERT INTO settings (key, value, scope) VALUES ('a', '1', 'x'), ('b', '1', DEFAULT);
INSERT INTO settings (key, value, scope) VALUES ('a', '1', 'global'), ('b', '1', DEFAULT); -- refused
INSERT INTO settings (key) VALUES ('a'), ('b');
INSERT INTO settings (key) VALUES ('a'), ('b'), ('A');
INSERT INTO slots VALUES (1, 1), (1, 1); -- refused
INSERT INTO slots VALUES (1, 2), (2, 1);
INSERT INTO deferred VALUES (1), (1); DELETE FROM deferred;
INSERT INTO keyed (n) VALUES (1), (1);
INSERT INTO keyed (id, n) VALUES (1, 1), (1, 1); -- refused
INSERT INTO keyed (id) VALUES (1), (DEFAULT), (2);
INSERT INTO keyed (id) VALUES (DEFAULT), (DEFAULT);
INSERT INTO keyed DEFAULT VALUES;
INSERT INTO filled VALUES (NULL, 1), (NULL, 2);
INSERT INTO filled VALUES ('11111111-1111-1111-1111-111111111111', 1), ('11111111-1111-1111-1111-111111111111', 2);
INSERT INTO visits (r, at) VALUES ('eu', now()), ('us', now());
INSERT INTO visits (r, at) VALUES ('eu', now()), ('jp', now()); -- refused
INSERT INTO visits (r, at) VALUES ('jp'::region, now()); -- refused
CREATE TABLE visits_jp PARTITION OF visits FOR VALUES IN ('jp'); INSERT INTO visits (r, at) VALUES ('jp', now());
CREATE TABLE visits_jp PARTITION OF visits DEFAULT; INSERT INTO visits (r, at) VALUES ('jp', now());
DROP TABLE visits_us; INSERT INTO visits (r, at) VALUES ('us', now()); -- refused
ALTER TABLE visits DETACH PARTITION visits_us; INSERT INTO visits (r, at) VALUES ('us', now()); -- refused
ALTER TABLE visits DETACH PARTITION visits_us; INSERT INTO visits_us (id, r, at) VALUES (1, 'eu', now());
INSERT INTO visits_us (r, at) VALUES ('us', now());
INSERT INTO visits_us (r, at) VALUES ('eu', now()); -- refused
INSERT INTO logs (id) VALUES (1);
INSERT INTO logs (id, day) VALUES (1, DEFAULT);
INSERT INTO logs (id, day) VALUES (1, '2024-12-31'), (2, '2025-01-01'); -- refused
INSERT INTO logs (id, day) VALUES (1, '2019-12-31');
INSERT INTO logs (id, day) VALUES (1, '2020-01-01'); -- refused
INSERT INTO logs (id, day) VALUES (1, '1200-01-01'::date);
INSERT INTO logs (id, day) VALUES (1, '2025-01-01'::date); -- refused
INSERT INTO logs (id, day) VALUES (1, DATE '2025-01-01'); -- refused
INSERT INTO logs_2024 (id, day) VALUES (1, '2024-02-02');
INSERT INTO logs_2024 (id, day) VALUES (1, '2023-02-02'); -- refused
INSERT INTO logs_old (id, day) VALUES (1, '2024-02-02'); -- refused
INSERT INTO stats VALUES (5), (500), (NULL);
INSERT INTO stats_rest VALUES (5); -- refused
INSERT INTO stats_rest VALUES (10);
INSERT INTO stats_rest VALUES (NULL);
INSERT INTO stats_0 VALUES (9.4);
INSERT INTO stats_0 VALUES ('9');
INSERT INTO stats_0 VALUES (-1); -- refused
INSERT INTO tags VALUES ('A', 1);
CREATE TABLE empty_1 PARTITION OF empty_parts FOR VALUES FROM (1) TO (5); INSERT INTO empty_parts VALUES (1);
CREATE TABLE empty_1 PARTITION OF empty_parts FOR VALUES FROM (1) TO (5); INSERT INTO empty_parts VALUES (5); -- refused
DO $$ BEGIN FOR i IN 0..9 LOOP EXECUTE format('CREATE TABLE empty_%s PARTITION OF empty_parts FOR VALUES FROM (%s) TO (%s)', i, i * 10, i * 10 + 10); END LOOP; END $$; INSERT INTO empty_parts VALUES (55);
CREATE TABLE empty_1 PARTITION OF empty_parts FOR VALUES FROM (100) TO (105); DO $$ BEGIN FOR i IN 0..9 LOOP EXECUTE format('CREATE TABLE empty_%s PARTITION OF empty_parts FOR VALUES FROM (%s) TO (%s)', i + 5, i * 10, i * 10 + 10); END LOOP; END $$; INSERT INTO empty_parts VALUES (55);
INSERT INTO nested VALUES (1, 'x');
INSERT INTO nested VALUES (11, 'x'); -- refused
INSERT INTO nested_1 VALUES (11, 'x'); -- refused
CREATE TABLE bitty (b bit(3), v varbit(4), x bit DEFAULT B'1'); INSERT INTO bitty VALUES (B'101', B'1');
CREATE TABLE bitty (b bit(3)); INSERT INTO bitty VALUES (B'1011'); -- refused
CREATE TABLE bitty (b bit(3)); INSERT INTO bitty VALUES (B'1011'::bit(3));
CREATE TABLE bitty (b bit(8)); INSERT INTO bitty VALUES (X'1F');
CREATE TABLE n (a numeric(4,1) CHECK (a < 10)); INSERT INTO n VALUES (9.94);
CREATE TABLE n (a numeric(4,1) CHECK (a < 10)); INSERT INTO n VALUES (9.96); -- refused
CREATE TABLE n (a numeric(4,1)); INSERT INTO n VALUES ('NaN');
CREATE TABLE n (a numeric(4,1)); INSERT INTO n VALUES ('-inf'); -- refused
CREATE TABLE n (a numeric); INSERT INTO n VALUES ('-inf');
CREATE TABLE n (a varchar(3)); INSERT INTO n VALUES (123), (-12);
CREATE TABLE n (a varchar(3)); INSERT INTO n VALUES (1234); -- refused
CREATE TABLE n (a varchar(5)); INSERT INTO n VALUES (true);
CREATE TABLE n (a interval DEFAULT '1 day 2 hours', b int4range DEFAULT '[1,10)', c daterange DEFAULT '[2024-01-01,2024-12-31]', d time DEFAULT '23:59:59', e inet DEFAULT '127.0.0.1/32', f int[] DEFAULT '{{1,2},{3,4}}');
CREATE TABLE n (d time DEFAULT '24:30'); -- refused
CREATE TABLE n (d timestamptz DEFAULT '2024-01-01 00:60'); -- refused
CREATE TABLE n (d int4range DEFAULT '[5,1]'); -- refused
CREATE TABLE n (d interval hour to minute DEFAULT '5:30');
CREATE TABLE n (d interval DEFAULT '5 dais'); -- refused
SELECT interval '1 month 3 dayz'; -- refused
SELECT interval '1-2' year to month, interval '3' day, interval '2 h 5 m';
SELECT now() - '1 wek'::interval; -- refused
SELECT '{1,{2}}'::int[]; -- refused
CREATE TABLE r (a int REFERENCES deferred (a)); -- refused
CREATE UNIQUE INDEX ON deferred (a); CREATE TABLE r (a int REFERENCES deferred (a));
ALTER TABLE deferred ADD COLUMN b int UNIQUE; CREATE TABLE r (a int REFERENCES deferred (b));
INSERT INTO deferred VALUES (1) ON CONFLICT DO NOTHING; -- refused
INSERT INTO deferred VALUES (1) ON CONFLICT (a) DO NOTHING; -- refused
INSERT INTO deferred VALUES (1) ON CONFLICT ON CONSTRAINT deferred_a_key DO NOTHING; -- refused
ALTER TABLE deferred ADD COLUMN b int UNIQUE; INSERT INTO deferred VALUES (1, 1) ON CONFLICT (b) DO NOTHING;
CREATE UNIQUE INDEX ON deferred (a); INSERT INTO deferred VALUES (1) ON CONFLICT (a) DO NOTHING; -- refused
CREATE TABLE fk (a int REFERENCES countries (phone) DEFERRABLE, b int UNIQUE); INSERT INTO fk VALUES (NULL, 1) ON CONFLICT DO NOTHING;
CREATE TABLE fk (a int UNIQUE NOT DEFERRABLE, b int REFERENCES countries (phone) DEFERRABLE INITIALLY DEFERRED); INSERT INTO fk VALUES (1), (1); -- refused
CREATE TABLE fk (a int PRIMARY KEY DEFERRABLE); CREATE TABLE r (a int REFERENCES fk); -- refused
