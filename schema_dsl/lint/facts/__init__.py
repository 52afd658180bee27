"""Facts about statements, policies and files that several rules use."""
