-- What follows the mark is a sentence and no mark:
-- migrate:up
-- migrate:down would drop the column again
ALTER TABLE cats ADD COLUMN name text;
DO $$
BEGIN
-- migrate:down
    INSERT INTO cats VALUES (1, 'Tom');
END
$$;

-- migrate:down
ALTER TABLE cats DROP COLUMN name;
