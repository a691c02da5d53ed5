"""Changes the keys of the encrypted columns, which cache them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connector.rotation import encrypted_columns, encrypted_models


def use_keys(settings: Any, *keys: str) -> None:
    """Encrypt with the first of `keys` from now on, and read with all of them."""
    settings.FERNET_KEYS = list(keys)
    for model in encrypted_models():
        for name in encrypted_columns(model):
            for cached in ("keys", "fernet_keys", "fernet"):
                model._meta.get_field(name).__dict__.pop(cached, None)


@contextmanager
def other_keys(settings: Any, *keys: str) -> Iterator[None]:
    """Use other keys for the time of the block; `settings` is the fixture of pytest-django."""
    original = settings.FERNET_KEYS
    use_keys(settings, *keys)
    try:
        yield
    finally:
        use_keys(settings, *original)
