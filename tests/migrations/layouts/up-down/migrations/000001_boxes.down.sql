DROP FUNCTION box_count();
DROP TABLE boxes;
