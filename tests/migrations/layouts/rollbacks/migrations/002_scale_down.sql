ALTER TABLE plans ADD COLUMN scaled boolean DEFAULT false;
