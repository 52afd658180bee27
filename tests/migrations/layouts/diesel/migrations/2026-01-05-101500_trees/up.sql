CREATE TABLE trees (id bigint PRIMARY KEY, updated_at timestamptz);
