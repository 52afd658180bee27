CREATE OR REPLACE VIEW ship_list AS SELECT name, ship_count() AS ships FROM ships;
