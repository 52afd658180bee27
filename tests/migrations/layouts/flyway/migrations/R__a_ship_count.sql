CREATE OR REPLACE FUNCTION ship_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM ships';
