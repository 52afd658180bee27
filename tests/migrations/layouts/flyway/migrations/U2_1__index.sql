DROP INDEX ports_name;
