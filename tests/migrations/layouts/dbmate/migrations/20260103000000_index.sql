-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY cats_name ON cats (name);
-- migrate:down transaction:false
DROP INDEX CONCURRENTLY cats_name;
