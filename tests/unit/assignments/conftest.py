"""Properties are proved by what they find, not by how fast: a busy machine fails no example."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
