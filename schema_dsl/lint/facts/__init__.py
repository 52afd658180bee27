"""What several rules want to know of a statement and of what is around it."""
