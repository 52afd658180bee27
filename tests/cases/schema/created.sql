-- a

-- b
CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'It''s the application.';
