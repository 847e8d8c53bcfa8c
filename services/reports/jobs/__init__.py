"""Reports that are made while their askers wait elsewhere: kept, claimed by one process at a time, and ended."""
