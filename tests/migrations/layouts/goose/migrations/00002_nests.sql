-- +goose Up
-- +goose StatementBegin
CREATE TABLE nests (id bigint PRIMARY KEY)
-- +goose StatementEnd
INSERT INTO nests VALUES (1), (2);

-- +goose Down
-- +goose StatementBegin
DELETE FROM nests; DROP TABLE nests
-- +goose StatementEnd
