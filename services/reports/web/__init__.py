"""The HTTP API of reports, for officers and their programs."""
