"""What officers see of the reminders: what became of them, and what a day brings."""
