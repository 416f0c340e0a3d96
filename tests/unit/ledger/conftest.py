"""A slow machine is no wrong rule: hypothesis measures no time here."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
