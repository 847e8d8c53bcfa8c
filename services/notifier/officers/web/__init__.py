"""The officers' page: what became of the reminders, and what comes next."""
