-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_api') THEN
        CREATE ROLE shop_api NOLOGIN;
    END IF;
END
$$;
-- +goose StatementEnd
GRANT USAGE ON SCHEMA public TO shop_api;

-- +goose Down
REVOKE USAGE ON SCHEMA public FROM shop_api;
