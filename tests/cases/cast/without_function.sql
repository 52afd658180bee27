-- superuser

-- a

-- b
CREATE CAST (xid AS oid) WITHOUT FUNCTION;
