-- a

-- b
CREATE TYPE role AS ENUM ('member', 'admin');
COMMENT ON TYPE role IS 'It''s a role.';
