"""Makes the `sandbox` command known to Django, of which nothing else is in this package."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "sandbox"
