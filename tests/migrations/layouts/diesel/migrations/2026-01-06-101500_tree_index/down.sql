DROP INDEX trees_updated;
