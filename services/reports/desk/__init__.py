"""The coordinator's desk: who may sign in, and the pages on which officers see, review and decide."""
