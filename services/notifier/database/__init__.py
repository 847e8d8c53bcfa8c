"""What is kept in MongoDB, by what it is about; `store.py` puts it together."""
