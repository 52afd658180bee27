-- The owners of tables.
SELECT c.oid, '', NULL, pg_get_userbyid(c.relowner)
FROM pg_class AS c
WHERE c.oid = ANY (%(relations)s::oid[])
ORDER BY c.oid
