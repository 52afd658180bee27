CREATE INDEX CONCURRENTLY trees_updated ON trees (updated_at);
