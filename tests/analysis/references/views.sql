-- Queries of views, separated by blank lines.

SELECT * FROM app.orders

SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id

SELECT o.* FROM orders o, customers c WHERE o.customer_id = c.id

SELECT c.*, o.id AS order_id FROM orders o JOIN customers c ON o.customer_id = c.id

SELECT 1 AS one FROM app.orders

SELECT count(*) FROM app.orders

SELECT count(*) AS n, 'ok' AS word, NULL AS nothing FROM app.orders o WHERE o.id > 3

SELECT count(o) FROM app.orders o

SELECT o AS whole FROM app.orders o

SELECT (o).id, (o).note FROM app.orders o

SELECT (o).* FROM app.orders o

SELECT (o.address).* FROM app.orders o

SELECT (o.address).city AS town, (o).status FROM app.orders o

SELECT row_to_json(o) AS j FROM app.orders o

SELECT row_to_json(x) AS j FROM (SELECT id FROM app.orders) x

SELECT id, note FROM public.orders

SELECT a.id, b.id AS other FROM app.orders a, public.orders b WHERE a.note = b.note

SELECT app.orders.id, public.orders.note FROM app.orders, public.orders

SELECT app.orders.*, public.orders.note AS other_note FROM app.orders, public.orders

SELECT orders.id FROM app.orders WHERE app.orders.note IS NULL

SELECT a, b, c FROM app.customers AS t (a, b, c)

SELECT t.a, t.email FROM app.customers AS t (a, b) WHERE b = 'x'

SELECT t.* FROM app.items AS t (a, b, c)

SELECT (t).a FROM app.customers AS t (a, b)

-- Names that need quotes.
SELECT "Id", "na.me", "select", "Sp ace" AS "é ""x""" FROM "Odd.Schema"."Ta.ble ""q"""

SELECT "Ta.ble ""q""".* FROM "Odd.Schema"."Ta.ble ""q""" WHERE "Odd.Schema"."Ta.ble ""q"""."Id" > 0

SELECT x."col.umn" FROM "Odd.Schema"."Vi.ew" AS x WHERE 'é' = x."col.umn" AND x."Id" > 0

-- USING, NATURAL and aliases of joins.
SELECT * FROM app.orders JOIN app.totals USING (customer_id)

SELECT customer_id FROM app.orders JOIN app.totals USING (customer_id)

SELECT total FROM app.orders JOIN app.totals USING (customer_id)

SELECT o.note, i.product FROM app.orders o JOIN app.items i USING (note, quantity)

SELECT o.customer_id, t.customer_id AS other FROM app.orders o LEFT JOIN app.totals t USING (customer_id)

SELECT customer_id, total FROM app.orders FULL JOIN app.totals USING (customer_id)

SELECT j.customer_id FROM app.orders JOIN app.totals USING (customer_id) AS j

SELECT j.a, j.b FROM (app.orders JOIN app.totals USING (customer_id)) AS j (a, b, c)

SELECT j.* FROM (app.totals JOIN app.order_view USING (customer_id)) AS j

SELECT id FROM app.orders JOIN public.orders USING (id) JOIN public.tickets USING (id)

SELECT id, note FROM public.orders NATURAL JOIN app.items

SELECT * FROM public.orders NATURAL JOIN app.items

SELECT note FROM app.items NATURAL JOIN (SELECT note FROM public.orders) p

SELECT a.id FROM app.orders a CROSS JOIN public.orders b

SELECT a.id FROM (app.orders a LEFT JOIN app.items i ON i.order_id = a.id) RIGHT JOIN app.customers c ON c.id = a.customer_id AND c.score = i.line

-- LATERAL, functions in FROM, VALUES.
SELECT o.id, x.n FROM app.orders o, LATERAL (SELECT count(*) AS n FROM app.items i WHERE i.order_id = o.id) x

SELECT o.id, x.note FROM app.orders o LEFT JOIN LATERAL (SELECT i.note FROM app.items i WHERE i.quantity = o.quantity LIMIT 1) x ON true

SELECT f.city, f.zip FROM app.addresses() f

SELECT * FROM app.addresses()

SELECT f FROM app.addresses() f

SELECT (f).city FROM app.addresses() f

SELECT x, y FROM app.addresses() AS f (x, y)

SELECT n FROM app.addresses() WITH ORDINALITY AS f (a, b, c, d, n)

SELECT a, c FROM app.pairs(3)

SELECT p.b FROM app.pairs(3) p WHERE p.c = 'ok'

SELECT o.id FROM app.orders(1) o

SELECT * FROM app.orders(app.double(2))

SELECT c.id, o.amount FROM app.customers c, app.orders(c.id) o WHERE o.status = 'ok'

SELECT s FROM app.series(3) s

SELECT s.n + 1 AS m FROM app.series(3) AS s (n)

SELECT series FROM app.series(3)

SELECT l.b FROM app.loose() AS l (a integer, b text)

SELECT l.b FROM app.loose() AS l (a app.positive, b app.mood)

SELECT l.b FROM app.loose() AS l (a integer, b text COLLATE app.bytes)

SELECT r.x, r.zip FROM ROWS FROM (app.series(3), app.addresses()) AS r (x)

SELECT r.* FROM ROWS FROM (app.series(3), app.loose() AS (a integer, b app.mood)) WITH ORDINALITY AS r

SELECT u FROM public.tickets t, unnest(t.numbers) u

SELECT u.* FROM app.customers c, unnest(c.moods, c.tags) AS u (m, t) WHERE u.m = 'ok'

SELECT a.city FROM unnest(ARRAY[app.make_address('x')]) a

SELECT j.key, j.value FROM app.orders o, jsonb_each(o.details) j

SELECT j.a FROM app.orders o, jsonb_to_record(o.details) AS j (a integer, b app.mood)

SELECT (app.split_name(name)).* FROM app.customers

SELECT s.last FROM app.customers c, app.split_name(c.name) s

SELECT generate_series(1, app.double(3)) AS n

SELECT app.series(quantity) AS n FROM app.orders

SELECT v.a, v.m FROM (VALUES (1, 'ok'::app.mood), (2, 'sad')) AS v (a, m)

VALUES (1, 'ok'::app.mood), (2, 'sad')

VALUES (1), ((SELECT max(id) FROM public.orders)) ORDER BY column1 LIMIT app.double(2)

SELECT column1 FROM (VALUES (app.double(1))) v WHERE column1 > 0

TABLE app.items

SELECT t.id FROM public.tickets t TABLESAMPLE bernoulli (10) REPEATABLE (1)

-- Sub-selects.
SELECT (SELECT name FROM app.customers c WHERE c.id = o.customer_id) AS customer FROM app.orders o

SELECT id FROM app.orders o WHERE EXISTS (SELECT * FROM app.items WHERE order_id = o.id)

SELECT id FROM app.orders WHERE id IN (SELECT order_id FROM app.items)

SELECT id FROM app.orders WHERE (id, quantity) NOT IN (SELECT order_id, line FROM app.items)

SELECT id FROM app.orders WHERE (status, note) = (SELECT 'ok'::app.mood, product FROM app.items LIMIT 1)

SELECT id FROM app.orders WHERE status > ALL (SELECT feeling FROM app.customers)

SELECT id FROM app.orders WHERE note === ANY (SELECT product FROM app.items)

SELECT id FROM app.orders WHERE ROW(note, code) OPERATOR(pg_catalog.<>) ALL (SELECT product, note FROM app.items)

SELECT ARRAY(SELECT status FROM app.orders) AS statuses

SELECT x.a FROM (SELECT id AS a, note AS b, status FROM app.orders) x WHERE x.status = 'ok'

SELECT x.id FROM (SELECT * FROM app.orders) x

SELECT * FROM (SELECT * FROM (SELECT id, quantity FROM app.orders) a) b WHERE quantity > 0

SELECT note FROM app.items i WHERE note = (SELECT note FROM public.orders WHERE id = line)

SELECT name FROM app.customers WHERE id IN (SELECT customer_id FROM app.orders WHERE name = note)

SELECT c.name, (SELECT array_agg(x.id) FROM (SELECT o.id FROM app.orders o WHERE o.customer_id = c.id ORDER BY o.amount) x) AS ids FROM app.customers c

SELECT o.id FROM public.orders o, app.items id WHERE EXISTS (SELECT 1 FROM app.customers a JOIN app.customers b ON a.id = b.parent_id AND o.amount > a.score)

SELECT t.id FROM public.tickets t WHERE EXISTS (SELECT 1 FROM app.items x, app.customers a JOIN app.customers b ON a.id = b.id AND b.score = order_id)

-- Common table expressions.
WITH big AS (SELECT id, amount FROM app.orders WHERE amount > 100) SELECT id FROM big

WITH orders AS (SELECT id FROM app.customers) SELECT orders.id FROM orders

WITH orders AS (SELECT id AS n FROM public.orders) SELECT * FROM orders, app.orders o2 WHERE o2.id = orders.n

WITH a AS (SELECT id FROM app.orders), b AS (SELECT id FROM a) SELECT b.id FROM b JOIN public.orders USING (id)

WITH a (x) AS (SELECT note FROM app.items) SELECT x FROM a WHERE x IN (SELECT note FROM public.orders)

WITH a AS MATERIALIZED (SELECT status, count(*) AS n FROM app.orders GROUP BY status) SELECT status, n FROM a WHERE status <> 'sad'

WITH RECURSIVE t AS (SELECT id, parent_id FROM app.tree WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id FROM app.tree c JOIN t ON t.id = c.parent_id) SELECT id FROM t

WITH RECURSIVE t (n, m) AS (VALUES (1, 'ok'::app.mood) UNION ALL SELECT n + 1, m FROM t WHERE n < 5) SELECT n, m FROM t WHERE m = 'ok'

WITH RECURSIVE t AS (SELECT id, parent_id, label FROM app.tree UNION ALL SELECT c.id, c.parent_id, c.label FROM app.tree c, t WHERE c.parent_id = t.id) SEARCH DEPTH FIRST BY id SET path SELECT id, label FROM t ORDER BY path

WITH RECURSIVE t AS (SELECT id, parent_id FROM app.tree UNION ALL SELECT c.id, c.parent_id FROM app.tree c, t WHERE c.parent_id = t.id) SEARCH BREADTH FIRST BY id SET seq CYCLE id SET seen TO app.mood 'ok' DEFAULT app.mood 'sad' USING path SELECT id, seen FROM t WHERE seen = 'sad'

WITH RECURSIVE t AS (SELECT id, parent_id FROM app.tree UNION SELECT c.id, c.parent_id FROM app.tree c, t WHERE c.parent_id = t.id) CYCLE id SET seen USING path SELECT id, seen FROM t

WITH RECURSIVE a AS (SELECT id FROM b), b AS (SELECT id FROM app.tree) SELECT id FROM a

WITH outside AS (SELECT id FROM app.tree) SELECT (SELECT max(id) FROM outside) AS m, (WITH outside AS (SELECT id FROM public.orders) SELECT min(id) FROM outside) AS n

-- Set operations.
SELECT id, note FROM public.orders UNION SELECT line, product FROM app.items

SELECT status FROM app.orders UNION ALL SELECT 'ok'

SELECT 'ok' AS s UNION ALL SELECT feeling FROM app.customers ORDER BY s LIMIT 1

SELECT id FROM app.orders INTERSECT SELECT order_id FROM app.items EXCEPT SELECT order_id FROM public.tickets

(SELECT id FROM public.orders ORDER BY amount LIMIT 1) UNION (SELECT line FROM app.items ORDER BY price DESC LIMIT 2)

SELECT id FROM (SELECT id FROM public.orders UNION SELECT line FROM app.items) u

SELECT score FROM app.customers UNION SELECT quantity FROM app.orders

SELECT NULL AS s UNION SELECT status FROM app.orders UNION SELECT 'sad'

-- Grouping.
SELECT customer_id, sum(amount) AS total FROM app.orders GROUP BY customer_id HAVING sum(amount) > 10

SELECT o.id, o.note, count(i.line) AS lines FROM app.orders o JOIN app.items i ON i.order_id = o.id GROUP BY o.id

SELECT o.*, count(*) AS n FROM app.orders o JOIN app.items i ON i.order_id = o.id GROUP BY o.id

SELECT o.id, count(*) AS n FROM app.orders o GROUP BY o.id

SELECT o.id, max(o.note) AS n FROM app.orders o GROUP BY o.id

SELECT i.order_id, i.line, i.product FROM app.items i GROUP BY i.order_id, i.line

SELECT i.order_id, max(i.product) AS p FROM app.items i GROUP BY i.order_id

-- unresolved: lower
SELECT lower(note) AS n FROM app.orders GROUP BY lower(note)

SELECT pg_catalog.lower(note) AS n, count(*) AS c FROM app.orders GROUP BY pg_catalog.lower(note)

SELECT o.id AS x, o.note FROM app.orders o GROUP BY 1

SELECT o.id AS x, o.note FROM app.orders o GROUP BY x

SELECT note AS id, count(*) AS n FROM app.items GROUP BY note

SELECT product AS note, count(*) AS n FROM app.items GROUP BY note, product

SELECT customer_id, status, count(*) AS n FROM app.orders GROUP BY GROUPING SETS ((customer_id), (status), ())

SELECT o.id, o.note FROM app.orders o GROUP BY GROUPING SETS ((o.id), (o.id, o.quantity))

SELECT customer_id, grouping(customer_id) AS g FROM app.orders GROUP BY ROLLUP (customer_id, status)

SELECT id, total FROM app.customers c JOIN app.totals t ON t.customer_id = c.id GROUP BY id, total

SELECT id, name FROM app.customers JOIN (SELECT customer_id AS id FROM app.orders) x USING (id) GROUP BY id, name

SELECT c.id, c.name, (SELECT max(o.amount) FROM app.orders o WHERE o.note = c.email) AS m FROM app.customers c GROUP BY c.id

SELECT o.id FROM app.orders o GROUP BY o.id HAVING o.note IS NOT NULL ORDER BY o.amount

SELECT DISTINCT ON (customer_id) customer_id, amount FROM app.orders ORDER BY customer_id, placed_at DESC

SELECT DISTINCT status, note FROM app.orders

SELECT product AS price FROM app.items ORDER BY price

SELECT product AS p FROM app.items ORDER BY price, p, 1

SELECT product FROM app.items ORDER BY price + quantity USING <

SELECT note FROM app.items ORDER BY note COLLATE app.bytes LIMIT app.double(1) OFFSET (SELECT min(id) FROM public.orders)

-- Aggregates and window functions.
SELECT app.total(quantity) AS t, app.last_mood(status ORDER BY amount) AS m FROM app.orders

SELECT app.total(quantity) FILTER (WHERE status = 'ok') AS t FROM app.orders

SELECT app.collected(note, 'x') AS c, app.anything(*) AS a FROM app.orders

SELECT app.collected(VARIADIC ARRAY[note]) AS c FROM app.orders

SELECT app.last_mood('ok') AS m

SELECT array_agg(DISTINCT status ORDER BY status) AS a, string_agg(note, ',' ORDER BY id) AS b FROM app.orders

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY quantity) AS p, mode() WITHIN GROUP (ORDER BY status) AS m FROM app.orders

SELECT rank() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS r FROM app.orders

SELECT app.total(quantity) OVER w AS t, lag(status, 1, 'ok') OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS l FROM app.orders WINDOW w AS (PARTITION BY note ORDER BY placed_at)

SELECT sum(quantity) OVER (ORDER BY amount RANGE BETWEEN 1 PRECEDING AND app.double(2) FOLLOWING) AS s FROM app.orders

SELECT status, sum(count(*)) OVER (ORDER BY status) AS s FROM app.orders GROUP BY status

-- Functional notation.
SELECT o.order_total FROM app.orders o

SELECT o.order_total, c.display_name FROM app.orders o JOIN app.customers c ON c.id = o.customer_id

SELECT (o.customer_of).display_name FROM app.orders o

SELECT (app.customer_of(o)).* FROM app.orders o

SELECT app.display_name(app.customer_of(o)) AS n FROM app.orders o

SELECT name(c), c.id FROM app.customers c

-- Expressions.
SELECT CASE WHEN amount > 1 THEN status ELSE 'sad' END AS s, COALESCE(note, code, 'x') AS t FROM app.orders

SELECT CASE status WHEN 'ok' THEN 1 END AS s FROM app.orders

SELECT ARRAY[status, 'ok'] AS a, ARRAY[[1, quantity]] AS b FROM app.orders

SELECT ARRAY[status, NULL] AS a, (ARRAY['ok', 'sad']::app.mood[])[1] AS b FROM app.orders

SELECT ROW(o.*) = ROW(p.*) AS same FROM (SELECT id FROM app.orders) o, (SELECT id FROM public.orders) p

SELECT ROW(p.*) IS NULL AS r FROM public.orders p

SELECT p.* IS NOT NULL AS b FROM public.orders p

SELECT p = q AS same FROM public.orders p, public.orders q

SELECT p.* = q.* AS same FROM public.orders p, public.orders q

SELECT quantity::app.positive AS p, amount::text AS t FROM app.orders

SELECT status::text AS s, 'ok'::app.mood AS m, app.mood 'sad' AS n, CAST(note AS app.mood) AS o FROM app.orders

SELECT score + 1 AS s, (score)::integer AS t FROM app.customers

SELECT residence FROM app.customers WHERE (residence).feeling = 'ok'

SELECT c.residence::app.address AS a FROM app.customers c

SELECT (c.residence).* FROM app.customers c

SELECT span * '[1,2)'::app.floatrange AS r, range_merge(span, span) AS m, multirange(span) AS n FROM app.orders

SELECT range_agg(span) AS r FROM app.orders

SELECT placed_at AT TIME ZONE 'UTC' AS t, EXTRACT(year FROM placed_on) AS y, current_date - placed_on AS d FROM app.orders

SELECT substring(note FROM 1 FOR 2) AS a, position('x' IN note) AS b, overlay(note PLACING 'x' FROM 1) AS c, trim(both 'x' FROM note) AS d FROM app.orders

SELECT nextval('app.numbers') AS a, currval('public.tickets_id_seq'::regclass) AS b

SELECT pg_table_size('app.orders'::regclass) AS s, to_regclass('app.items') AS r

SELECT last_value FROM app.numbers

SELECT s.is_called FROM "Odd.Schema"."Se.q" s

SELECT 'app.orders'::regclass::text AS a, 'app.items'::text::regclass AS b

SELECT tableoid, ctid, xmin FROM app.orders

SELECT tableoid::regclass AS t, id FROM app.special_orders WHERE discount > 1

SELECT status + 1 AS a, ~~~ status AS b, note === 'x' AS c FROM app.orders

SELECT id FROM app.orders WHERE address = 'x'::text AND address = ROW('a', 'b', 1, 'ok')::app.address

SELECT a.id FROM app.orders a JOIN app.orders b ON a.status + 1 = b.status

SELECT note COLLATE app.bytes AS n, 'x' COLLATE "Odd.Schema"."Bytes" AS m FROM app.orders

SELECT to_tsvector('app.words', note) AS t, ts_lexize('app.plain', note) AS l FROM app.orders

SELECT app.pick(feeling, 'ok') AS a, app.pick(score, 1.5) AS b FROM app.customers

SELECT app.describe(email, feeling) AS a, app.describe('x', 'ok') AS b FROM app.customers

SELECT app.double(x => quantity) AS a, app.greet(name => note, feeling => 'ok') AS b FROM app.orders

SELECT app.describe(ROW('x', NULL, NULL)::app.person) AS d

-- SQL/JSON and XML.
SELECT JSON_VALUE(details, '$.a' RETURNING integer) AS a, JSON_QUERY(details, '$.b') AS b, JSON_EXISTS(details, '$.c') AS c FROM app.orders

SELECT JSON_VALUE(details, '$.a' PASSING quantity AS q DEFAULT app.double(1) ON EMPTY) AS a FROM app.orders

SELECT JSON_OBJECT('id': id, 'note': note) AS a, JSON_ARRAY(id, status) AS b, JSON_ARRAY(SELECT name FROM app.customers) AS c FROM app.orders

SELECT JSON_OBJECTAGG(product: price) AS a, JSON_ARRAYAGG(note ORDER BY line) AS b FROM app.items GROUP BY order_id

SELECT note IS JSON AS a, JSON(note) AS b, JSON_SCALAR(quantity) AS c, JSON_SERIALIZE(details) AS d FROM app.orders

SELECT t.a, t.n FROM app.orders o, JSON_TABLE(o.details, '$[*]' PASSING o.quantity AS q COLUMNS (n FOR ORDINALITY, a integer PATH '$.a', NESTED PATH '$.b[*]' COLUMNS (c text PATH '$'))) AS t

SELECT x.a FROM app.orders o, XMLTABLE('/r' PASSING (o.note::xml) COLUMNS a integer PATH '@a', b text PATH '@b' DEFAULT app.greet(o.note)) AS x

-- Views on views, and other kinds of relations.
SELECT * FROM app.order_view

SELECT customer FROM app.nested_view WHERE feeling = 'ok'

SELECT v.customer, t.total FROM app.order_view v JOIN app.totals t USING (customer_id)

SELECT * FROM app.events WHERE kind = 'ok'

SELECT e.id FROM ONLY app.events_2025 e

SELECT i.order_id FROM ONLY app.items AS i FOR UPDATE OF i

SELECT table_name FROM information_schema.tables WHERE table_schema = 'app'

SELECT c.relname, o.id FROM pg_class c, app.orders o WHERE c.oid = 'app.orders'::regclass

SELECT t.typname FROM pg_catalog.pg_type t WHERE t.oid = 'app.mood'::regtype

-- Shapes of clauses: ROWS FROM, windows, grouping sets, ordinality, sampling, set operations over rows.
SELECT r.a, r.b, r.c, r.n FROM ROWS FROM (app.pairs(3), app.series(2)) WITH ORDINALITY AS r (a, b, c, s, n)

SELECT r.x FROM app.orders o, ROWS FROM (app.loose() AS (x integer, m app.mood), unnest(ARRAY[o.note])) AS r

SELECT l.a FROM app.orders o LEFT JOIN LATERAL (SELECT app.double(o.quantity) AS a, c.feeling FROM app.customers c WHERE c.id = o.customer_id ORDER BY c.score LIMIT 1) l ON l.feeling = o.status

SELECT sum(o.quantity) OVER w AS a, app.total(o.quantity) OVER (w ROWS BETWEEN app.double(1) PRECEDING AND CURRENT ROW) AS b FROM app.orders o WINDOW w AS (PARTITION BY o.status, app.double(o.note) ORDER BY o.placed_on DESC)

SELECT o.status, o.shade, grouping(o.status, o.shade) AS g, count(*) FILTER (WHERE o.note === 'x') AS n FROM app.orders o GROUP BY GROUPING SETS ((o.status, o.shade), ROLLUP (o.status), CUBE (o.shade, o.placed_on), ())

SELECT status, max(quantity) AS q FROM app.orders GROUP BY DISTINCT ROLLUP (status, app.double(quantity)) HAVING GROUPING(status) = 0

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY o.quantity) AS p, mode() WITHIN GROUP (ORDER BY o.status) AS m FROM app.orders o

SELECT o.id FROM app.orders o TABLESAMPLE bernoulli (app.double(5)) REPEATABLE (3)

SELECT j.n, j.z FROM app.orders o, JSON_TABLE(o.details, '$.x[*]' COLUMNS (n integer PATH '$.n' DEFAULT app.double(1) ON EMPTY, z app.email PATH '$.z', e boolean EXISTS PATH '$.e')) AS j WHERE j.n = o.quantity

-- Postgres records no type of RETURNING.
-- also: domain app.positive; composite type app.address
SELECT JSON_VALUE(o.details, '$.a' RETURNING app.positive) AS a, JSON_QUERY(o.details, '$.b' RETURNING app.address) AS b FROM app.orders o

SELECT o::text AS a, o.* AS b, (o).note AS c, o IS NULL AS d FROM app.orders o

SELECT ROW(o.*)::text AS a, (o.*)::text AS b FROM app.items o

SELECT (t.r).customer_id AS a, (t.r).status AS b FROM (SELECT o AS r FROM app.orders o) t

SELECT (x.c).name, (x.c).home FROM (SELECT app.customer_of(o) AS c FROM app.orders o) x

SELECT o.note OPERATOR(app.===) 'x' AS a, o.quantity OPERATOR(public.<~>) 3 AS b, o.quantity OPERATOR("Odd.Schema".<~>) 3 AS c, OPERATOR(app.~~~) o.status AS d FROM app.orders o

SELECT name COLLATE app.bytes AS a, (name || 'x') COLLATE "Odd.Schema"."Bytes" AS b FROM app.customers ORDER BY name COLLATE "C"

SELECT max(name COLLATE app.bytes) AS a FROM app.customers GROUP BY feeling HAVING min(name COLLATE "Odd.Schema"."Bytes") < 'x'

SELECT quantity::app.small_positive AS a, ARRAY[note]::app.tags AS b, '{ok}'::app.mood[] AS c, ARRAY[quantity]::app.positive[] AS d, '{1,2}'::app.small_positive[] AS e FROM app.orders

SELECT nextval('app.numbers'::regclass) AS a, currval('"Odd.Schema"."Se.q"') AS b, setval('public.numbers'::regclass, 3, false) AS c, lastval() AS d

SELECT 'app.double(integer)'::regprocedure AS a, 'app.mood'::regtype AS b, 'app.orders'::regclass AS c, 'app.is_admin'::regproc AS d

SELECT a.id FROM app.orders a JOIN app.orders b USING (customer_id, status) AS j WHERE j.status = 'ok'

SELECT * FROM app.customers NATURAL JOIN app.tree

SELECT id, note FROM app.orders UNION ALL SELECT order_id, note FROM app.items INTERSECT SELECT t.order_id, t.mood::text FROM public.tickets t ORDER BY 1

WITH RECURSIVE w (id, path) AS (SELECT id, ARRAY[label] FROM app.tree WHERE parent_id IS NULL UNION ALL SELECT t.id, w.path || t.label FROM app.tree t JOIN w ON t.parent_id = w.id) SEARCH DEPTH FIRST BY id SET o CYCLE id SET looped USING trail SELECT id, looped FROM w ORDER BY o

WITH a AS MATERIALIZED (SELECT status, quantity FROM app.orders), b AS NOT MATERIALIZED (SELECT a.status FROM a WHERE app.double(a.quantity) > 3) SELECT b.status, (SELECT count(*) FROM a) AS n FROM b

SELECT (o.address).feeling AS a, (o.address).* FROM app.orders o

SELECT DISTINCT ON (o.status, app.double(o.quantity)) o.id FROM app.orders o ORDER BY o.status, app.double(o.quantity), o.note

SELECT id FROM app.orders ORDER BY quantity USING OPERATOR(pg_catalog.>) FETCH FIRST 3 ROWS WITH TIES

SELECT ARRAY(SELECT c.email FROM app.customers c WHERE c.id = o.customer_id) AS a, (SELECT ROW(c.id, c.feeling)::text FROM app.customers c LIMIT 1) AS b FROM app.orders o

SELECT CASE o.status WHEN 'ok' THEN c.name WHEN 'sad' THEN app.double(o.note) ELSE o.code END AS a, NULLIF(o.note, c.name) AS b, GREATEST(o.quantity, c.score) AS d FROM app.orders o CROSS JOIN app.customers c

SELECT v.a, v.b FROM (VALUES (1, 'ok'::app.mood), (app.double(3), NULL)) AS v (a, b) WHERE v.b < ALL (SELECT feeling FROM app.customers)
