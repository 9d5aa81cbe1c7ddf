"""Settings: where they are read from, what they accept, and how they are changed.

`load_settings` reads them; `clockify_cli.config.writing`, loaded only when needed, changes them.
"""

from clockify_cli.config.settings import Origin, Setting, Settings, load_settings

__all__ = ["Origin", "Setting", "Settings", "load_settings"]
