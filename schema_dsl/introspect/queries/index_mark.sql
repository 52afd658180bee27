-- The indexes that CLUSTER uses, and those that identify old rows in logical replication.
SELECT
    i.indrelid,
    m.name,
    NULL,
    x.relname
FROM pg_index AS i
INNER JOIN pg_class AS x ON x.oid = i.indexrelid
INNER JOIN pg_class AS c ON c.oid = i.indrelid
CROSS JOIN (VALUES ('cluster'), ('replica identity')) AS m (name)
WHERE i.indrelid = ANY (%(relations)s::oid[])
    -- The mark of an index stays if its table gets another replica identity.
    AND CASE m.name WHEN 'cluster' THEN i.indisclustered ELSE i.indisreplident AND c.relreplident = 'i' END
ORDER BY i.indrelid, m.name
