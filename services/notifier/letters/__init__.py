"""What a mail says, and its bytes."""
