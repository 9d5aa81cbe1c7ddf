"""The settings: where they are read, what they may say, and how one is changed.

`load_settings` reads; changing is in `clockify_cli.config.writing`, which loads only when needed.
"""

from clockify_cli.config.settings import Origin, Setting, Settings, load_settings

__all__ = ["Origin", "Setting", "Settings", "load_settings"]
