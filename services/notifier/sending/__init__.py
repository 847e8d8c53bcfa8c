"""How mails reach the mail server, each once."""
