-- +goose Up
CREATE TABLE order_log (
    order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    state text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX order_log_order_id_idx ON order_log (order_id);

-- +goose StatementBegin
CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO order_log (order_id, state) VALUES (NEW.id, NEW.state);
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER log_order AFTER INSERT OR UPDATE OF state ON orders FOR EACH ROW EXECUTE FUNCTION log_order();

-- +goose Down
DROP TRIGGER log_order ON orders;
DROP FUNCTION log_order();
DROP TABLE order_log;
