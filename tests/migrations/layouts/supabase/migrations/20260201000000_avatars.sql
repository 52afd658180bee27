create table avatars (profile_id uuid primary key references profiles (id));
