-- The imported customers become ours: moved between schemas, tables renamed, one column split in two.
ALTER TABLE legacy_crm.customers SET SCHEMA app;
ALTER TABLE legacy_crm."Order" SET SCHEMA app;
ALTER TABLE app."Order" RENAME TO crm_orders;
ALTER TABLE app.customers RENAME TO crm_customers;
DROP VIEW public.crm_customers;
DROP FUNCTION legacy_crm."Top Customers"(int);
DROP SCHEMA legacy_crm;

ALTER TABLE app.crm_customers RENAME COLUMN "Id" TO id;
ALTER TABLE app.crm_customers RENAME COLUMN "Full Name" TO name;
ALTER TABLE app.crm_customers RENAME COLUMN "größe" TO size;
ALTER TABLE app.crm_customers RENAME COLUMN "Org""Id" TO org_id;
ALTER TABLE app.crm_customers DROP COLUMN "select";
ALTER TABLE app.crm_orders RENAME COLUMN "Id" TO id;
ALTER TABLE app.crm_orders RENAME COLUMN "Customer Id" TO customer_id;
ALTER TABLE app.crm_orders RENAME COLUMN "Total" TO total;
ALTER TABLE app.crm_orders RENAME COLUMN "At" TO ordered_at;

ALTER TABLE app.crm_customers ADD COLUMN first_name text, ADD COLUMN last_name text;
UPDATE app.crm_customers SET
    first_name = split_part(name, ' ', 1),
    last_name = nullif(substr(name, length(split_part(name, ' ', 1)) + 2), '');
ALTER TABLE app.crm_customers ADD CONSTRAINT crm_customers_named CHECK (first_name IS NOT NULL) NOT VALID;
ALTER TABLE app.crm_customers VALIDATE CONSTRAINT crm_customers_named;
ALTER TABLE app.crm_customers ALTER COLUMN first_name SET NOT NULL;
ALTER TABLE app.crm_customers DROP CONSTRAINT crm_customers_named;
ALTER TABLE app.crm_customers DROP COLUMN name;
ALTER TABLE app.crm_customers ALTER COLUMN id SET DATA TYPE bigint, ALTER COLUMN id SET GENERATED ALWAYS;
ALTER TABLE app.crm_orders ALTER customer_id TYPE bigint, ALTER total TYPE numeric(12, 2) USING round(total::numeric, 2);
ALTER INDEX app."Order by Customer" RENAME TO crm_orders_customer_id_idx;
ALTER INDEX IF EXISTS app.customers_lower_idx RENAME TO crm_customers_email_idx;

CREATE VIEW public.crm_customers WITH (security_invoker = on) AS
SELECT id, first_name || coalesce(' ' || last_name, '') AS name, email, size, org_id FROM app.crm_customers
WHERE org_id IS NOT NULL
WITH LOCAL CHECK OPTION;

-- Writing through the view: the name is put apart again.
CREATE FUNCTION app.crm_customers_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'DELETE' THEN
        DELETE FROM app.crm_customers WHERE id = old.id;
        RETURN old;
    END IF;
    INSERT INTO app.crm_customers AS c (first_name, last_name, email, org_id)
    VALUES (split_part(new.name, ' ', 1), nullif(split_part(new.name, ' ', 2), ''), new.email, new.org_id)
    ON CONFLICT (lower(email)) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name
        WHERE c.org_id = excluded.org_id
    RETURNING c.id INTO new.id;
    RETURN new;
END $$;
DROP VIEW public.crm_customers;
CREATE VIEW public.crm_customers WITH (security_invoker = on) AS
SELECT id, first_name || coalesce(' ' || last_name, '') AS name, email, size, org_id FROM app.crm_customers;
CREATE TRIGGER write INSTEAD OF INSERT OR DELETE ON public.crm_customers
    FOR EACH ROW EXECUTE FUNCTION app.crm_customers_write();
INSERT INTO public.crm_customers (name, email) VALUES ('Ada Lovelace', 'ada@example.org') RETURNING id, name;
DELETE FROM public.crm_customers AS v WHERE v.email = 'ada@example.org';
