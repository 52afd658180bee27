"""Create scratch databases in the states before and after a migration."""
