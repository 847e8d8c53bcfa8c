"""Who may do what on NATS: users, their permissions, agencies' keys, and the configuration that the server reads."""
