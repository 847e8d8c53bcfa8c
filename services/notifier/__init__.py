"""notifier: decides who is to be mailed, and mails each once."""
