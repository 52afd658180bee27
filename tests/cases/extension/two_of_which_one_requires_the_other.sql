-- superuser
-- a

-- b
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
