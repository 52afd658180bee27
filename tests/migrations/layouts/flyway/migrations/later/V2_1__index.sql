-- A comment about DROP INDEX is no reason to leave the transaction.
CREATE INDEX CONCURRENTLY ports_name ON ports (name);
