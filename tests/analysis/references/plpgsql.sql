-- PL/pgSQL routines, separated by blank lines. Postgres records no dependencies of their bodies.
--
-- run: a statement that runs the body; expect: the references, without relations of which a column is referenced
-- rows: the relations whose triggers call the function; unresolved: the names or kinds that stay without an identity

-- run: SELECT app.p_perform()
-- expect: function app.double(int4); column id of public.orders
CREATE FUNCTION app.p_perform() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.double(id) FROM public.orders;
END $$

-- run: SELECT app.p_assign()
-- expect: function app.double(int4); function app.describe(app.mood); enum app.mood
CREATE FUNCTION app.p_assign() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n integer := app.double(2);
    t text;
BEGIN
    t := app.describe('ok'::app.mood) || n;
    RETURN t;
END $$

-- run: SELECT app.p_into(1)
-- expect: column note of public.orders; column id of public.orders
CREATE FUNCTION app.p_into(which integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    SELECT note INTO result FROM public.orders WHERE id = which;
    RETURN result;
END $$

-- run: SELECT app.p_rowtype(1)
-- expect: column note of public.orders; column id of public.orders; column amount of public.orders
CREATE FUNCTION app.p_rowtype(which integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE o public.orders%ROWTYPE;
BEGIN
    SELECT * INTO o FROM public.orders WHERE id = which;
    IF o.amount > 3 THEN RETURN o.note; END IF;
    RETURN NULL;
END $$

-- run: SELECT app.p_type()
-- expect: column name of app.customers; column email of app.customers; column status of app.orders; table app.items
CREATE FUNCTION app.p_type() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    a app.customers.name%TYPE;
    b customers.email%TYPE := 'a@b';
    c orders.status%TYPE;
    d a%TYPE;
    e items;
BEGIN
    RETURN a || b || c || d || e;
END $$

-- run: SELECT app.p_declared()
-- expect: enum app.mood; domain app.email; enum Odd.Schema.Ty.pe "x"; composite type app.address; range app.floatrange
CREATE FUNCTION app.p_declared() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    a app.mood[] := '{ok}';
    b CONSTANT email NOT NULL := 'a@b';
    c "Odd.Schema"."Ty.pe ""x""";
    d address;
    e app.floatrange = '[1,2)';
BEGIN
END $$

-- run: SELECT app.p_if()
-- expect: function app.is_admin(); column id of app.customers; column active of app.customers; function app.current_customer()
CREATE FUNCTION app.p_if() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF app.is_admin() THEN
        RETURN 'a';
    ELSIF EXISTS (SELECT FROM customers WHERE id = app.current_customer() AND active) THEN
        RETURN 'b';
    ELSE
        RETURN 'c';
    END IF;
END $$

-- run: SELECT app.p_case('x')
-- expect: function app.measure(text); function app.double(text)
CREATE FUNCTION app.p_case(t text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CASE app.measure(t)
        WHEN 1 THEN RETURN app.double(t);
        ELSE RETURN 'x';
    END CASE;
END $$

-- run: SELECT app.p_for_query()
-- expect: column id of app.orders; column note of app.orders; column status of app.orders; enum app.mood; function app.describe(app.mood)
CREATE FUNCTION app.p_for_query() RETURNS void LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    FOR r IN SELECT id, note, status FROM orders WHERE status <> 'sad' ORDER BY id LOOP
        RAISE NOTICE '% %', r.note, app.describe(r.status::app.mood);
    END LOOP;
END $$

-- run: SELECT app.p_for_rowtype()
-- expect: column id of public.tickets; column order_id of public.tickets; column mood of public.tickets; column numbers of public.tickets; function app.describe(public.mood)
CREATE FUNCTION app.p_for_rowtype() RETURNS void LANGUAGE plpgsql AS $$
DECLARE t tickets;
BEGIN
    FOR t IN SELECT * FROM tickets LOOP
        PERFORM app.describe(t.mood);
    END LOOP;
END $$

-- run: SELECT app.p_for_integer()
-- expect: function app.double(int4); column amount of public.orders; column id of public.orders
CREATE FUNCTION app.p_for_integer() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN REVERSE app.double(3) .. 1 BY 2 LOOP
        UPDATE public.orders SET amount = i WHERE id = i;
        CONTINUE WHEN i > 3;
        EXIT;
    END LOOP;
END $$

-- run: SELECT app.p_foreach()
-- expect: column numbers of public.tickets; function app.double(int4)
CREATE FUNCTION app.p_foreach() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    n integer;
    total integer := 0;
    list integer[];
BEGIN
    SELECT numbers INTO list FROM public.tickets LIMIT 1;
    FOREACH n IN ARRAY coalesce(list, ARRAY[1]) LOOP
        total := total + app.double(n);
    END LOOP;
    WHILE total > app.double(100) LOOP
        total := total - 1;
    END LOOP;
    RETURN total;
END $$

-- run: SELECT * FROM app.p_return_query('ok')
-- expect: enum app.mood; column id of app.orders; column note of app.orders; column status of app.orders
CREATE FUNCTION app.p_return_query(wanted app.mood) RETURNS TABLE (id bigint, note text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT o.id, o.note FROM orders o WHERE o.status = wanted;
END $$

-- run: SELECT * FROM app.p_return_next()
-- expect: function app.make_address(text); function app.addresses(); attribute city of app.address; attribute street of app.address; attribute zip of app.address; attribute feeling of app.address
CREATE FUNCTION app.p_return_next() RETURNS SETOF app.address LANGUAGE plpgsql AS $$
DECLARE a app.address;
BEGIN
    a := app.make_address('x');
    RETURN NEXT a;
    FOR a IN SELECT * FROM app.addresses() LOOP
        a.city := 'y';
        RETURN NEXT a;
    END LOOP;
END $$

-- run: UPDATE app.orders SET note = 'x' WHERE id < 0
-- rows: app.orders
-- expect: column note of app.orders; column status of app.orders; column quantity of app.orders; column address of app.orders; attribute city of app.address; function app.double(text); function app.double(int4); enum app.mood
CREATE FUNCTION app.p_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.note := app.double(NEW.note);
    IF OLD.status IS DISTINCT FROM 'ok'::app.mood AND (NEW.address).city IS NULL THEN
        NEW.quantity = app.double(OLD.quantity);
    END IF;
    RETURN NEW;
END $$

-- run: UPDATE app.orders SET note = 'x' WHERE id < 0
-- rows: app.orders; public.orders
-- expect: column note of app.orders; column note of public.orders; column id of app.orders; column id of public.orders; column name of app.customers; column id of app.customers
CREATE FUNCTION app.p_trigger_of_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT name INTO NEW.note FROM app.customers c WHERE c.id = NEW.id;
    RETURN NEW;
END $$

-- run: UPDATE app.orders SET note = 'x' WHERE id < 0
-- unresolved: NEW.note
-- expect: column note of app.items; column order_id of app.items
CREATE FUNCTION app.p_trigger_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM app.items WHERE note = NEW.note AND order_id = 1;
    RETURN NULL;
END $$

-- run: SELECT app.p_insert()
-- expect: column id of public.orders; column note of public.orders; column amount of public.orders
CREATE FUNCTION app.p_insert() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE made integer;
BEGIN
    INSERT INTO public.orders (id, note) VALUES (7, 'x')
    ON CONFLICT (id) DO UPDATE SET note = EXCLUDED.note || orders.amount RETURNING id INTO STRICT made;
    RETURN made;
END $$

-- run: SELECT app.p_enum_insert()
-- expect: column id of app.customers; column name of app.customers; column feeling of app.customers; column score of app.customers; enum app.mood; domain app.positive
CREATE FUNCTION app.p_enum_insert() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers (id, name, feeling, score) VALUES (77, 'p', 'ok', 5);
END $$

-- run: SELECT app.p_nested(1)
-- expect: function app.double(int4); column label of app.tree; column id of app.tree; function app.double(text)
CREATE FUNCTION app.p_nested(z integer) RETURNS text LANGUAGE plpgsql AS $$
<<outside>>
DECLARE
    x integer := 1;
    label text := 'a';
BEGIN
    DECLARE
        y integer := app.double(outside.x);
    BEGIN
        SELECT t.label INTO label FROM tree t WHERE t.id = y AND outside.x = p_nested.z;
        RETURN app.double(outside.label);
    EXCEPTION WHEN no_data_found OR undefined_column THEN
        RETURN app.double(sqlerrm);
    END;
END $$

-- run: SELECT app.p_cursor()
-- expect: column id of app.tree; column label of app.tree; column parent_id of app.tree; function app.double(int4)
CREATE FUNCTION app.p_cursor() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c CURSOR (wanted integer) FOR SELECT label FROM tree WHERE id = wanted;
    d refcursor;
    found_label text;
    r record;
BEGIN
    OPEN c (app.double(2));
    FETCH c INTO found_label;
    CLOSE c;
    OPEN d FOR SELECT parent_id FROM tree;
    FETCH NEXT FROM d INTO found_label;
    FOR r IN c (wanted := 3) LOOP
        RAISE NOTICE '%', r.label;
    END LOOP;
END $$

-- run: SELECT app.p_execute_constant()
-- expect: column note of public.orders; column id of public.orders
CREATE FUNCTION app.p_execute_constant() RETURNS text LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    EXECUTE 'SELECT note FROM public.orders WHERE id = $1' INTO t USING 1;
    RETURN t;
END $$

-- run: SELECT app.p_execute_format('public.orders')
-- expect: function app.double(text); column product of app.items; column line of app.items
-- unresolved: statement
CREATE FUNCTION app.p_execute_format(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ANALYZE %s', name);
    EXECUTE format('UPDATE app.items SET product = %L WHERE line = 1', app.double('x'));
    EXECUTE 'ANALYZE ' || name;
END $$

-- run: SELECT app.p_temporary()
-- expect: column id of public.orders; column note of public.orders; function app.double(int4)
CREATE FUNCTION app.p_temporary() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE n integer;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS gathered AS SELECT id, note FROM public.orders;
    SELECT app.double(count(*)::integer) INTO n FROM gathered WHERE note IS NULL;
    RETURN n;
END $$

-- run: CALL app.p_procedure(NULL)
-- expect: procedure app.p_called(int4); sequence app.numbers; table app.tree
CREATE PROCEDURE app.p_procedure(INOUT x integer) LANGUAGE plpgsql AS $$
BEGIN
    x := nextval('app.numbers');
    CALL app.p_called(x, x);
    TRUNCATE app.tree;
END $$

-- run: SELECT app.p_path()
-- expect: column note of public.orders; function public.double(int4); column id of public.orders
CREATE FUNCTION app.p_path() RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT note FROM orders WHERE id = double(2));
END $$

-- run: SELECT app.p_raise()
-- expect: function app.greet(text, text, app.mood); function app.is_admin(); column id of app.customers
CREATE FUNCTION app.p_raise() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ASSERT (SELECT count(id) FROM customers) >= 0, app.greet('x');
    IF NOT app.is_admin() THEN
        RAISE EXCEPTION USING MESSAGE = app.greet('y'), ERRCODE = 'P0001';
    END IF;
END $$

-- run: SELECT app.p_perform_setting()
-- expect: function app.current_customer()
CREATE FUNCTION app.p_perform_setting() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.customer', app.current_customer()::text, true);
    SET LOCAL statement_timeout = 0;
    NULL;
END $$

-- run: SELECT app.p_composite(NULL)
-- expect: attribute home of app.person; attribute city of app.address; attribute zip of app.address; function app.person_address(app.person); function app.describe(app.address)
CREATE FUNCTION app.p_composite(p app.person) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF (p.home).zip > 3 THEN RETURN p_composite.p.home; END IF;
    p.home.city := 'x';
    RETURN app.describe(p);
END $$

-- run: SELECT app.p_quoted(1)
-- expect: column Id of Odd.Schema.Ta.ble "q"; column na.me of Odd.Schema.Ta.ble "q"; column select of Odd.Schema.Ta.ble "q"; function Odd.Schema.Fu.nc "f"(Odd.Schema.Ty.pe "x")
CREATE FUNCTION app.p_quoted("Ar.g" integer) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE "Va r" "Odd.Schema"."Ta.ble ""q"""."na.me"%TYPE;
BEGIN
    -- é, and a ' in a comment
    SELECT "na.me" INTO "Va r" FROM "Odd.Schema"."Ta.ble ""q""" t
    WHERE t."Id" = "Ar.g" AND "Odd.Schema"."Fu.nc ""f"""(t."select");
    RETURN "Va r";
END $body$

-- run: SELECT app.p_merge()
-- expect: column id of public.orders; column note of public.orders; column line of app.items; column product of app.items
CREATE FUNCTION app.p_merge() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    MERGE INTO public.orders o USING app.items i ON o.id = i.line
    WHEN MATCHED THEN UPDATE SET note = i.product
    WHEN NOT MATCHED THEN INSERT (id, note) VALUES (i.line, i.product);
END $$

-- run: SELECT app.p_variable_like_table(1)
-- expect: column id of public.orders; column amount of public.orders
CREATE FUNCTION app.p_variable_like_table(orders integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT o.amount FROM public.orders o WHERE o.id = orders);
END $$

-- run: SELECT app.p_doubled_quotes()
-- expect: column note of public.orders; function app.double(text); enum app.mood; function app.needs_mood(app.mood)
CREATE FUNCTION app.p_doubled_quotes() RETURNS text LANGUAGE plpgsql AS '
BEGIN
    PERFORM app.needs_mood(''ok'');
    RETURN (SELECT app.double(note) FROM public.orders WHERE note <> ''it''''s'' LIMIT 1);
END'

-- run: SELECT app.p_get_diagnostics()
-- expect: column weight of app.tree; function app.double(int4)
CREATE FUNCTION app.p_get_diagnostics() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE n integer;
BEGIN
    UPDATE tree SET weight = weight + 1;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN CASE WHEN FOUND THEN app.double(n) ELSE n END;
END $$

-- run: DO $$ DECLARE x app.mood := 'ok'; BEGIN PERFORM app.needs_mood(x), note FROM public.orders; END $$
-- expect: enum app.mood; function app.needs_mood(app.mood); column note of public.orders
DO $$ DECLARE x app.mood := 'ok'; BEGIN PERFORM app.needs_mood(x), note FROM public.orders; END $$
