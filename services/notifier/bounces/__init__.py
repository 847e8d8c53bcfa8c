"""What mail servers report of mails that they took: each at an address of its own, read, and acted upon."""
