-- Constants of every type, in INSERT, defaults, checks and partition bounds
INSERT INTO accounts (slug) VALUES ('acme');
INSERT INTO accounts (slug) VALUES ('Acme Inc'); -- refused
INSERT INTO accounts (slug) VALUES (NULL); -- refused
INSERT INTO accounts (tier) VALUES ('pro'); -- refused
INSERT INTO accounts (slug, tier) VALUES ('a', 'gold'); -- refused
INSERT INTO accounts (slug, contact) VALUES ('a', 'nobody'); -- refused
INSERT INTO accounts (slug, contact) VALUES ('a', 'x@y.z');
INSERT INTO accounts (slug, seats) VALUES ('a', 0); -- refused
INSERT INTO accounts (slug, seats) VALUES ('a', '12');
INSERT INTO accounts (slug, seats) VALUES ('a', 'twelve'); -- refused
INSERT INTO accounts (slug, seats) VALUES ('a', 3.7);
INSERT INTO accounts (slug, seats) VALUES ('a', 3000000000); -- refused
INSERT INTO accounts (slug, trial_ends) VALUES ('a', '2024-02-30'); -- refused
INSERT INTO accounts (slug, trial_ends) VALUES ('a', '2024-02-29');
INSERT INTO accounts (slug, trial_ends) VALUES ('a', '2023-02-29'); -- refused
INSERT INTO accounts (slug, trial_ends) VALUES ('a', 'tomorrow');
INSERT INTO accounts (slug, trial_ends) VALUES ('a', 'next week'); -- refused
INSERT INTO accounts (slug, trial_ends) VALUES ('a', 'infinity');
INSERT INTO accounts (slug, trial_ends) VALUES ('a', '12/31/2024');
INSERT INTO accounts (slug, trial_ends) VALUES ('a', 'Jan 5 2024');
INSERT INTO accounts (slug, trial_ends) VALUES ('a', '20240105');
INSERT INTO accounts (slug, settings) VALUES ('a', '{"a": 1}');
INSERT INTO accounts (slug, settings) VALUES ('a', '{a: 1}'); -- refused
INSERT INTO accounts (slug, settings) VALUES ('a', '{"a": 1,}'); -- refused
INSERT INTO accounts (slug, settings) VALUES ('a', '[1, 2, null]');
INSERT INTO accounts (slug, settings) VALUES ('a', '''x'''); -- refused
INSERT INTO accounts (slug, settings) VALUES ('a', '"\u0000"'); -- refused
INSERT INTO accounts (slug, settings) VALUES ('a', 'nan'); -- refused
INSERT INTO accounts (slug, settings) VALUES ('a', '1e400');
INSERT INTO accounts (slug, tags) VALUES ('a', '{x,y}');
INSERT INTO accounts (slug, tags) VALUES ('a', '[x,y]'); -- refused
INSERT INTO accounts (slug, tags) VALUES ('a', '{x,y'); -- refused
INSERT INTO accounts (slug, tags) VALUES ('a', '{x,,y}'); -- refused
INSERT INTO accounts (slug, tags) VALUES ('a', '["x"]'); -- refused
INSERT INTO accounts (slug, tags) VALUES ('a', ARRAY['x', NULL]);
INSERT INTO accounts (slug, tags) VALUES ('a', ARRAY[1, 2]);
INSERT INTO accounts (slug, tags) VALUES ('a', '{{a,b},{c}}'); -- refused
INSERT INTO accounts (slug, tags) VALUES ('a', '{{a,b},{c,d}}');
INSERT INTO accounts (slug, allowed_from) VALUES ('a', '10.0.0.0/8');
INSERT INTO accounts (slug, allowed_from) VALUES ('a', '10.0.0.256'); -- refused
INSERT INTO accounts (slug, allowed_from) VALUES ('a', '::1');
INSERT INTO accounts (slug, allowed_from) VALUES ('a', 'localhost'); -- refused
INSERT INTO accounts (slug, quota) VALUES ('a', 9999.994);
INSERT INTO accounts (slug, quota) VALUES ('a', 9999.995); -- refused
INSERT INTO accounts (slug, quota) VALUES ('a', 'NaN');
INSERT INTO accounts (slug, quota) VALUES ('a', 'Infinity'); -- refused
INSERT INTO accounts (slug, quota) VALUES ('a', '1,000'); -- refused
INSERT INTO accounts (slug, quota) VALUES ('a', '1e3');
INSERT INTO accounts (slug, quota) VALUES ('a', ' 12.5 ');
INSERT INTO accounts (slug, quota) VALUES ('a', 1e5); -- refused
INSERT INTO accounts (slug, active) VALUES ('a', '[2024-01-01,)');
INSERT INTO accounts (slug, active) VALUES ('a', '[2024-01-01,2023-01-01)'); -- refused
INSERT INTO accounts (slug, active) VALUES ('a', '2024-01-01,2025-01-01'); -- refused
INSERT INTO accounts (slug, active) VALUES ('a', 'empty');
INSERT INTO accounts (slug, active) VALUES ('a', '["2024-01-01 00:00+00","2024-02-01 00:00+00"]');
INSERT INTO accounts (slug, active) VALUES ('a', tstzrange(now(), NULL));
INSERT INTO accounts (slug, lifespan) VALUES ('a', '1 year 2 mons');
INSERT INTO accounts (slug, lifespan) VALUES ('a', 'P1Y2M');
INSERT INTO accounts (slug, lifespan) VALUES ('a', '1 fortnight'); -- refused
INSERT INTO accounts (slug, lifespan) VALUES ('a', '30d');
INSERT INTO accounts (slug, lifespan) VALUES ('a', '30 days ago');
INSERT INTO accounts (slug, lifespan) VALUES ('a', 'thirty days'); -- refused
INSERT INTO accounts (slug, lifespan) VALUES ('a', 30); -- refused
INSERT INTO accounts (slug, code) VALUES ('a', 'abcd  ');
INSERT INTO accounts (slug, code) VALUES ('a', 'abcde'); -- refused
INSERT INTO accounts (slug, short) VALUES ('a', 'elevenchars'); -- refused
INSERT INTO accounts (slug, short) VALUES ('a', 'tenletters');
INSERT INTO accounts (slug, short) VALUES ('a', 'elevenchars'::varchar(10));
INSERT INTO accounts (slug, bits) VALUES ('a', B'1010');
INSERT INTO accounts (slug, bits) VALUES ('a', B'101'); -- refused
INSERT INTO accounts (slug, bits) VALUES ('a', '1012'); -- refused
INSERT INTO accounts (slug, small) VALUES ('a', 40000); -- refused
INSERT INTO accounts (slug, small) VALUES ('a', -32768);
INSERT INTO accounts (slug, small) VALUES ('a', 3.2);
INSERT INTO accounts (slug, small) VALUES ('a', '3.2'); -- refused
INSERT INTO accounts (slug, price) VALUES ('a', 12.5);
INSERT INTO accounts (slug, loc) VALUES ('a', '(1,2)');
INSERT INTO accounts (slug, at) VALUES ('a', '2024-01-01T10:00:00Z');
INSERT INTO accounts (slug, at) VALUES ('a', '2024-01-01 25:00'); -- refused
INSERT INTO accounts (slug, at) VALUES ('a', '2024-01-01 24:00');
INSERT INTO accounts (slug, at) VALUES ('a', '2024-01-01 10:00 Europe/Berlin');
INSERT INTO accounts (slug, at) VALUES ('a', 1704067200); -- refused
INSERT INTO accounts (id, slug) VALUES ('a', 'a'); -- refused
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a');
INSERT INTO accounts (id, slug) VALUES ('{11111111111111111111111111111111}', 'a');
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-11111111111', 'a'); -- refused
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'), ('11111111-1111-1111-1111-111111111111', 'b'); -- refused
INSERT INTO accounts (slug) VALUES ('a'), ('b'), ('a'); -- refused
INSERT INTO accounts (slug) VALUES ('a'), ('b'), ('a') ON CONFLICT DO NOTHING;
INSERT INTO accounts (slug) VALUES ('a'), ('b'), ('a') ON CONFLICT (slug) DO NOTHING;
INSERT INTO accounts (slug) VALUES ('a'), ('b'), ('a') ON CONFLICT (slug) DO UPDATE SET tier = 'pro'; -- refused
INSERT INTO accounts (slug) VALUES ('a'), ('A'); -- refused
INSERT INTO accounts (slug, contact) VALUES ('a', NULL), ('b', NULL);
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO members VALUES ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111111', 'owner'), ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111112', 'owner');
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO members VALUES ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111112', 'owner'), ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111112', 'member'); -- refused
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO members VALUES ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111112', 'boss'); -- refused
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO members (account_id, user_id, role, share) VALUES ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111112', 'owner', 100.004);
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO members (account_id, user_id, role, share) VALUES ('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111112', 'owner', 101); -- refused
INSERT INTO orders VALUES (1, 'eu', 3);
INSERT INTO orders VALUES (1, 'EU', 3); -- refused
INSERT INTO orders VALUES (1, 'jp', 3); -- refused
INSERT INTO orders (id, total) VALUES (1, 3); -- refused
INSERT INTO orders VALUES (1, 'us'), (2, 'us'), (1, 'eu');
INSERT INTO orders VALUES (1, 'us'), (2, 'us'), (1, 'us'); -- refused
INSERT INTO orders_eu VALUES (1, 'us', 3); -- refused
INSERT INTO orders_eu VALUES (1, 'uk', 3);
INSERT INTO tickets VALUES (1, 'x'), (100, 'y');
INSERT INTO tickets_low VALUES (100, 'y'); -- refused
INSERT INTO tickets_low VALUES (99, 'y');
INSERT INTO tickets_rest VALUES (99, 'y'); -- refused
INSERT INTO tickets_rest VALUES (100, 'y');
INSERT INTO readings VALUES (1, '2024-01-01', 3);
INSERT INTO readings VALUES (1, '2023-12-31', 3); -- refused
INSERT INTO readings VALUES (10, '2099-12-31', 3);
INSERT INTO readings VALUES (11, '2099-12-31', 3); -- refused
INSERT INTO readings VALUES (0, '2024-01-31', 3); -- refused
INSERT INTO readings VALUES (5, '2020-01-31', 3);
INSERT INTO readings VALUES (NULL, '2024-01-31', 3); -- refused
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO events (account_id, kind, region, created_at) VALUES ('11111111-1111-1111-1111-111111111111', 'k', 'eu', '2024-06-01');
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO events (account_id, kind, region, created_at) VALUES ('11111111-1111-1111-1111-111111111111', 'k', 'eu', '2023-06-01'); -- refused
INSERT INTO accounts (id, slug) VALUES ('11111111-1111-1111-1111-111111111111', 'a'); INSERT INTO events (account_id, kind, region, created_at) VALUES ('11111111-1111-1111-1111-111111111111', 'k', 'eu', '2026-06-01'); -- refused
INSERT INTO shards VALUES (1, 'a');
UPDATE orders SET region = 'jp' WHERE id = 1;
UPDATE accounts SET seats = -1;
INSERT INTO events (id, account_id, kind, region) VALUES (1, '11111111-1111-1111-1111-111111111111', 'k', 'eu'); -- refused
ALTER TABLE accounts ADD COLUMN score int DEFAULT 'high'; -- refused
ALTER TABLE accounts ADD COLUMN score int DEFAULT '5';
ALTER TABLE accounts ADD COLUMN state text DEFAULT 'opn' CHECK (state IN ('open', 'closed'));
ALTER TABLE accounts ADD COLUMN state text DEFAULT 'open' CHECK (state IN ('open', 'closed'));
ALTER TABLE accounts ADD COLUMN owner_email email_address DEFAULT 'no@body';
ALTER TABLE accounts ALTER COLUMN tier SET DEFAULT 'premium'; -- refused
ALTER TABLE accounts ALTER COLUMN tier SET DEFAULT 'pro'::plan_tier;
ALTER TABLE accounts ALTER COLUMN tier SET DEFAULT 'pro'::text; -- refused
ALTER TABLE accounts ALTER COLUMN tier SET DEFAULT 'pro'::text::plan_tier;
ALTER TABLE accounts ALTER COLUMN tier SET DEFAULT lower('PRO'); -- refused
ALTER TABLE accounts ALTER COLUMN tier SET DEFAULT lower('PRO')::plan_tier;
ALTER TABLE accounts ALTER COLUMN settings SET DEFAULT '{'; -- refused
ALTER TABLE accounts ALTER COLUMN settings SET DEFAULT jsonb_build_object('a', 1);
ALTER TABLE accounts ALTER COLUMN tags SET DEFAULT array[]::text[];
ALTER TABLE accounts ALTER COLUMN tags SET DEFAULT '[]'; -- refused
ALTER TABLE accounts ALTER COLUMN lifespan SET DEFAULT '30 dayz'; -- refused
ALTER TABLE accounts ALTER COLUMN lifespan SET DEFAULT interval '30 days';
ALTER TABLE accounts ALTER COLUMN at SET DEFAULT 'now';
ALTER TABLE accounts ALTER COLUMN at SET DEFAULT CURRENT_DATE;
ALTER TABLE accounts ALTER COLUMN at SET DEFAULT extract(epoch from now()); -- refused
ALTER TABLE accounts ALTER COLUMN seats SET DEFAULT 1.5;
ALTER TABLE accounts ALTER COLUMN seats SET DEFAULT true; -- refused
ALTER TABLE accounts ALTER COLUMN short SET DEFAULT 5;
ALTER TABLE accounts ALTER COLUMN id SET DEFAULT 'x'; -- refused
ALTER TABLE accounts ALTER COLUMN id SET DEFAULT gen_random_uuid()::text; -- refused
ALTER TABLE accounts ADD CHECK (contact ~ '[a-z');
ALTER TABLE accounts ADD CHECK (contact ~ '[a-z]+');
ALTER TABLE accounts ADD CHECK (contact ~ '(?i)^a(b$');
ALTER TABLE accounts ADD CHECK (contact SIMILAR TO '(a|b');
ALTER TABLE accounts ADD CHECK (jsonb_path_exists(settings, '$.a ? (@ > 1)'));
ALTER TABLE accounts ADD CHECK (settings @> '{"a": }'); -- refused
ALTER TABLE accounts ADD CHECK (allowed_from <<= '10.0.0.0/8');
ALTER TABLE accounts ADD CHECK (allowed_from <<= '10.0.0.0/33'); -- refused
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2025-12-01') TO ('2027-01-01'); -- refused
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-13-01') TO ('2027-01-01'); -- refused
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-01-01'); -- refused
CREATE TABLE events_2026 PARTITION OF events FOR VALUES IN ('2026-01-01'); -- refused
CREATE TABLE orders_jp PARTITION OF orders FOR VALUES IN ('jp', 'us'); -- refused
CREATE TABLE orders_jp PARTITION OF orders FOR VALUES IN ('jp', 'jp');
CREATE TABLE orders_jp PARTITION OF orders FOR VALUES IN (upper('jp'));
CREATE TABLE orders_null PARTITION OF orders FOR VALUES IN (NULL);
CREATE TABLE orders_other PARTITION OF orders DEFAULT;
CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 2); -- refused
CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (MODULUS 4, REMAINDER 2); -- refused
CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (MODULUS 3, REMAINDER 1); -- refused
CREATE TABLE readings_2 PARTITION OF readings FOR VALUES FROM (10, MINVALUE) TO (20, '2024-01-01'); -- refused
CREATE TABLE readings_2 PARTITION OF readings FOR VALUES FROM (11, MINVALUE) TO (20, '2024-01-01');
CREATE TABLE readings_2 PARTITION OF readings FOR VALUES FROM (11, MINVALUE) TO (20, MINVALUE);
SELECT 'pro'::plan_tier, 'x@y'::email_address;
SELECT 'silver'::plan_tier; -- refused
SELECT * FROM accounts WHERE tier = 'silver'; -- refused
SELECT * FROM accounts WHERE tier IN ('free', 'pro', 'premium'); -- refused
SELECT * FROM accounts WHERE id = 'me'; -- refused
SELECT * FROM accounts WHERE at > '2024-13-01'; -- refused
SELECT * FROM accounts WHERE at > now() - '7 days'; -- refused
SELECT * FROM accounts WHERE at > now() - '7 daz'; -- refused
SELECT * FROM accounts WHERE settings ->> 'x' = 5; -- refused
SELECT * FROM accounts WHERE settings -> 'x' = '5';
SELECT * FROM accounts WHERE settings -> 'x' = 'five'; -- refused
SELECT * FROM accounts WHERE settings ->> 'x' = 'five';
SELECT * FROM accounts WHERE 'vip' = ANY (tags);
SELECT * FROM accounts WHERE tags @> 'vip'; -- refused
SELECT * FROM accounts WHERE tags @> '{vip}';
SELECT * FROM accounts WHERE tags && ARRAY['vip'];
SELECT * FROM accounts WHERE seats = ANY ('{1,2}');
SELECT * FROM accounts WHERE seats = ANY ('{1,b}'); -- refused
