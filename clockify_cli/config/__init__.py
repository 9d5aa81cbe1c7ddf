"""Settings: where they are read from, what they accept, and how they are changed.

`load_settings` reads; changing is in `clockify_cli.config.writing`, which loads only when needed.
"""

from clockify_cli.config.settings import Origin, Setting, Settings, load_settings

__all__ = ["Origin", "Setting", "Settings", "load_settings"]
