-- Functions with bodies that Postgres stores as trees, separated by blank lines.

CREATE FUNCTION app.f_select(who integer) RETURNS SETOF app.orders BEGIN ATOMIC SELECT * FROM orders WHERE customer_id = who; END

CREATE FUNCTION app.f_return(a integer, b text) RETURNS integer RETURN app.double(a) + length(b)

CREATE FUNCTION app.f_types(a app.mood, b public.mood[], c app.email, d app.orders, OUT e app.floatrange, OUT f "Odd.Schema"."Ty.pe ""x""") BEGIN ATOMIC SELECT NULL::app.floatrange, NULL::"Odd.Schema"."Ty.pe ""x"""; END

CREATE FUNCTION app.f_defaults(a app.mood DEFAULT 'ok', b integer DEFAULT app.double(3), c regclass DEFAULT 'app.items', d app.small_positive DEFAULT 3) RETURNS text RETURN a::text

CREATE FUNCTION app.f_table() RETURNS TABLE (a app.mood, b app.address) BEGIN ATOMIC SELECT status, address FROM orders; END

CREATE FUNCTION app.f_setof() RETURNS SETOF app.customers BEGIN ATOMIC SELECT c.* FROM app.customers c; END

CREATE FUNCTION app.f_arguments(id integer, note text) RETURNS text BEGIN ATOMIC SELECT o.note FROM public.orders o WHERE o.id = f_arguments.id AND o.note = f_arguments.note; END

CREATE FUNCTION app.f_shadow(id integer, label text) RETURNS text BEGIN ATOMIC SELECT note FROM public.orders WHERE id = 1 AND label = 'x'; END

CREATE FUNCTION app.f_positional(integer, app.mood) RETURNS boolean RETURN EXISTS (SELECT 1 FROM app.orders WHERE quantity = $1 AND status = $2)

CREATE FUNCTION app.f_row(o app.orders) RETURNS text BEGIN ATOMIC SELECT c.name FROM customers c WHERE c.id = o.customer_id AND (o.address).city = c.name; END

CREATE FUNCTION app.f_row_field(a app.address) RETURNS text RETURN a.city || (a).street || f_row_field.a.zip

CREATE FUNCTION app.f_row_positional(app.address) RETURNS text RETURN ($1).city || $1.street

CREATE FUNCTION app.f_row_star(a app.person) RETURNS SETOF record BEGIN ATOMIC SELECT (a.home).*; END

CREATE FUNCTION app.f_row_call(o app.orders) RETURNS numeric RETURN app.order_total(o) + o.order_total

CREATE FUNCTION app.f_enum_return() RETURNS app.mood BEGIN ATOMIC SELECT status FROM app.orders; END

CREATE FUNCTION app.f_several() RETURNS integer BEGIN ATOMIC SELECT id FROM public.orders; SELECT line FROM app.items; SELECT app.double(3); END

CREATE FUNCTION app.f_empty() RETURNS void BEGIN ATOMIC END

CREATE PROCEDURE app.f_procedure(a app.mood) BEGIN ATOMIC UPDATE app.orders SET status = a; DELETE FROM app.items; END

CREATE FUNCTION app.f_insert(x text) RETURNS integer BEGIN ATOMIC INSERT INTO public.orders (id, note) VALUES (1, x) RETURNING id; END

CREATE FUNCTION app.f_insert_positional() RETURNS void BEGIN ATOMIC INSERT INTO public.orders VALUES (1, 'x'); END

CREATE FUNCTION app.f_insert_all() RETURNS void BEGIN ATOMIC INSERT INTO public.orders VALUES (1, 'x', app.double(3)), (2, DEFAULT, 4); END

CREATE FUNCTION app.f_insert_default() RETURNS void BEGIN ATOMIC INSERT INTO public.tickets DEFAULT VALUES; END

CREATE FUNCTION app.f_insert_select() RETURNS void BEGIN ATOMIC INSERT INTO public.orders (id, note, amount) SELECT i.line, i.product, i.quantity FROM app.items i; END

CREATE FUNCTION app.f_insert_select_positional() RETURNS void BEGIN ATOMIC INSERT INTO public.orders SELECT line, product FROM app.items; END

CREATE FUNCTION app.f_insert_star() RETURNS SETOF public.orders BEGIN ATOMIC INSERT INTO public.orders SELECT * FROM public.orders RETURNING *; END

CREATE FUNCTION app.f_insert_enum() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name, feeling, email, score, moods) VALUES (1, 'x', 'ok', 'a@b', 3, '{ok}'); END

CREATE FUNCTION app.f_insert_cast() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name, feeling) SELECT 1, 'x', 3; END

CREATE FUNCTION app.f_insert_select_constant() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name, feeling) SELECT line, product, 'ok' FROM app.items; END

CREATE FUNCTION app.f_insert_row() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name, home) VALUES (1, 'x', ROW('a', 'b', 1, 'ok')); END

CREATE FUNCTION app.f_insert_field() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name, home.city, home.feeling, moods[1]) VALUES (1, 'x', 'y', 'ok', 'sad'); END

CREATE FUNCTION app.f_insert_columns_only_read() RETURNS void BEGIN ATOMIC INSERT INTO app.items (order_id, line, product, quantity, price) SELECT id, 1, note, quantity, amount FROM app.orders WHERE status = 'ok'; END

CREATE FUNCTION app.f_conflict() RETURNS void BEGIN ATOMIC INSERT INTO public.orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = EXCLUDED.note WHERE orders.amount > 1; END

CREATE FUNCTION app.f_conflict_constraint() RETURNS void BEGIN ATOMIC INSERT INTO app.items (order_id, line, product, quantity, price) VALUES (1, 1, 'x', 1, 1) ON CONFLICT ON CONSTRAINT items_key DO NOTHING; END

CREATE FUNCTION app.f_conflict_nothing() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name) VALUES (1, 'x') ON CONFLICT (name) DO NOTHING; END

CREATE FUNCTION app.f_conflict_unnamed() RETURNS void BEGIN ATOMIC INSERT INTO app.customers (id, name) VALUES (1, 'x') ON CONFLICT DO NOTHING; END

CREATE FUNCTION app.f_conflict_excluded() RETURNS void BEGIN ATOMIC INSERT INTO app.customers AS c (id, name, score) VALUES (1, 'x', 2) ON CONFLICT (id) DO UPDATE SET score = excluded.score + c.score, name = excluded.name; END

CREATE FUNCTION app.f_update() RETURNS void BEGIN ATOMIC UPDATE app.orders SET amount = amount + 1, status = 'ok' WHERE id = 1; END

CREATE FUNCTION app.f_update_alias() RETURNS void BEGIN ATOMIC UPDATE app.orders AS o SET note = 'x' WHERE o.quantity > 3; END

CREATE FUNCTION app.f_update_from() RETURNS void BEGIN ATOMIC UPDATE app.orders o SET note = c.name FROM app.customers c WHERE c.id = o.customer_id; END

CREATE FUNCTION app.f_update_row() RETURNS void BEGIN ATOMIC UPDATE app.customers SET (name, feeling) = ('x', 'ok') WHERE id = 1; END

CREATE FUNCTION app.f_update_subquery() RETURNS void BEGIN ATOMIC UPDATE app.customers SET (name, feeling) = (SELECT o.note, o.status FROM app.orders o WHERE o.customer_id = customers.id LIMIT 1); END

CREATE FUNCTION app.f_update_field() RETURNS void BEGIN ATOMIC UPDATE app.customers SET home.city = 'x', moods[2] = 'ok' WHERE id = 1; END

CREATE FUNCTION app.f_update_default() RETURNS void BEGIN ATOMIC UPDATE app.customers SET feeling = DEFAULT, score = 3; END

CREATE FUNCTION app.f_update_returning() RETURNS SETOF text BEGIN ATOMIC UPDATE app.orders SET note = 'y' RETURNING code; END

CREATE FUNCTION app.f_returning_old_new() RETURNS SETOF text BEGIN ATOMIC UPDATE app.orders SET note = 'y' RETURNING old.note || new.code; END

CREATE FUNCTION app.f_returning_named() RETURNS SETOF text BEGIN ATOMIC UPDATE app.orders SET note = 'y' RETURNING WITH (OLD AS o, NEW AS n) o.note || n.code; END

CREATE FUNCTION app.f_returning_star() RETURNS SETOF app.items BEGIN ATOMIC DELETE FROM app.items RETURNING *; END

CREATE FUNCTION app.f_returning_old_star() RETURNS SETOF app.items BEGIN ATOMIC DELETE FROM app.items RETURNING old.*; END

CREATE FUNCTION app.f_delete() RETURNS void BEGIN ATOMIC DELETE FROM app.items WHERE order_id = 1; END

CREATE FUNCTION app.f_delete_using() RETURNS void BEGIN ATOMIC DELETE FROM app.items i USING app.orders o WHERE o.id = i.order_id AND o.status = 'sad'; END

-- also: column note of public.orders
CREATE FUNCTION app.f_merge() RETURNS void BEGIN ATOMIC MERGE INTO public.orders t USING app.items s ON t.id = s.line WHEN MATCHED AND s.price > 1 THEN UPDATE SET note = s.note WHEN NOT MATCHED THEN INSERT (id, note) VALUES (s.line, s.product); END

CREATE FUNCTION app.f_merge_delete() RETURNS void BEGIN ATOMIC MERGE INTO app.customers c USING (SELECT id, feeling FROM app.customers) s ON c.id = s.id WHEN MATCHED AND s.feeling = 'sad' THEN DELETE WHEN NOT MATCHED THEN DO NOTHING; END

-- also: column amount of public.orders
CREATE FUNCTION app.f_merge_source() RETURNS void BEGIN ATOMIC MERGE INTO public.orders t USING (VALUES (1, 'x')) s (i, n) ON t.id = s.i WHEN NOT MATCHED BY SOURCE THEN UPDATE SET amount = 3 WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (s.i, s.n, app.double(2)); END

CREATE FUNCTION app.f_with_insert() RETURNS SETOF integer BEGIN ATOMIC WITH gone AS (DELETE FROM app.items RETURNING order_id, line, note) INSERT INTO public.orders (id, note) SELECT line, note FROM gone RETURNING id; END

CREATE FUNCTION app.f_with_update() RETURNS bigint BEGIN ATOMIC WITH changed AS (UPDATE app.orders SET status = 'ok' RETURNING id) SELECT count(*) FROM changed; END

CREATE FUNCTION app.f_view_insert() RETURNS void BEGIN ATOMIC INSERT INTO "Odd.Schema"."Vi.ew" ("Id") VALUES (3); END

CREATE FUNCTION app.f_quoted("Ar.g" integer) RETURNS text BEGIN ATOMIC SELECT "na.me" FROM "Odd.Schema"."Ta.ble ""q""" WHERE "Id" = "Ar.g" AND "Odd.Schema"."Fu.nc ""f"""("select"); END

CREATE FUNCTION app.f_partitioned() RETURNS SETOF app.events BEGIN ATOMIC SELECT * FROM app.events WHERE happened_at > now(); END

CREATE FUNCTION app.f_variadic(VARIADIC moods app.mood[]) RETURNS text RETURN app.join_moods(',', VARIADIC moods)

CREATE FUNCTION app.f_recursion(n integer) RETURNS integer RETURN CASE WHEN n < 1 THEN 1 ELSE n * app.double(n - 1) END

CREATE FUNCTION app.f_same_name(orders integer) RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM app.orders(orders) o, app.orders p WHERE o.id = p.id; END

CREATE FUNCTION app.f_path() RETURNS SETOF integer SET search_path = public BEGIN ATOMIC SELECT quantity FROM orders; END

CREATE FUNCTION app.f_select_into_name(name text) RETURNS text BEGIN ATOMIC SELECT name FROM customers WHERE customers.name = f_select_into_name.name; END

CREATE FUNCTION app.f_group() RETURNS SETOF text BEGIN ATOMIC SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id HAVING app.total(o.quantity) > 3; END

-- Modifications inside WITH, MERGE, OLD and NEW, and other shapes of the standard's bodies.
CREATE FUNCTION app.f_with_chain() RETURNS SETOF text BEGIN ATOMIC WITH moved AS (DELETE FROM app.items USING app.orders o WHERE o.id = items.order_id RETURNING items.product, o.status), kept AS (INSERT INTO app.tree (id, label) SELECT 1, m.product FROM moved m WHERE m.status = 'sad' RETURNING label) SELECT label FROM kept; END

CREATE FUNCTION app.f_merge_returning() RETURNS TABLE (act text, old_note text, new_note text) BEGIN ATOMIC MERGE INTO public.orders t USING app.items s ON t.id = s.line WHEN MATCHED THEN UPDATE SET note = s.product WHEN NOT MATCHED THEN DO NOTHING RETURNING merge_action(), old.note, new.note; END

CREATE FUNCTION app.f_merge_with() RETURNS void BEGIN ATOMIC WITH source AS (SELECT id, label FROM app.tree WHERE weight > 1) MERGE INTO app.tree t USING source s ON t.id = s.id WHEN MATCHED AND t.label = s.label THEN UPDATE SET weight = app.double(t.weight), label = DEFAULT WHEN MATCHED THEN DELETE; END

CREATE FUNCTION app.f_old_and_new() RETURNS SETOF integer BEGIN ATOMIC UPDATE app.tree SET weight = weight + 1 WHERE id = 1 RETURNING app.double(old.weight, new.weight); END

CREATE FUNCTION app.f_new_row() RETURNS SETOF text BEGIN ATOMIC INSERT INTO app.tree (id, label) VALUES (1, 'x') RETURNING (new)::text; END

CREATE FUNCTION app.f_old_whole_row() RETURNS SETOF app.tree BEGIN ATOMIC UPDATE app.tree t SET label = 'x' RETURNING WITH (OLD AS o) o.*; END

CREATE FUNCTION app.f_update_from_row() RETURNS void BEGIN ATOMIC UPDATE app.tree SET (label, weight) = (SELECT c.name, c.score FROM app.customers c WHERE c.id = tree.id) WHERE EXISTS (SELECT FROM app.orders o WHERE o.customer_id = tree.parent_id); END

CREATE FUNCTION app.f_default_call(a integer DEFAULT app.double(2), b app.mood DEFAULT 'ok') RETURNS integer RETURN a

CREATE FUNCTION app.f_table_body() RETURNS TABLE (a integer, m app.mood) BEGIN ATOMIC SELECT o.quantity, o.status FROM app.orders o WHERE o.status = app.shift_mood('ok', o.quantity); SELECT id, feeling FROM app.customers; END

CREATE FUNCTION app.f_whole_row_argument(c app.customers) RETURNS text RETURN app.display_name(c) || (c).name || (c.home).city

CREATE FUNCTION app.f_window_body() RETURNS SETOF bigint BEGIN ATOMIC SELECT rank() OVER (PARTITION BY c.feeling ORDER BY c.score RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM app.customers c; END

CREATE FUNCTION app.f_rows_from_body() RETURNS SETOF integer BEGIN ATOMIC SELECT p.a FROM app.orders o CROSS JOIN LATERAL ROWS FROM (app.pairs(o.quantity)) AS p WHERE p.c = o.status; END

CREATE FUNCTION app.f_sequence_body() RETURNS bigint RETURN nextval('app.numbers') + nextval('public.numbers'::regclass)

CREATE PROCEDURE app.f_procedure_body() BEGIN ATOMIC INSERT INTO app.tree SELECT c.id, c.parent_id, c.name FROM app.customers c ON CONFLICT (id) DO UPDATE SET weight = excluded.weight WHERE tree.label <> excluded.label; SELECT app.double(1); END
