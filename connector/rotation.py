"""Key rotation: encrypts what is stored anew with the first of the keys."""

from django.apps import apps
from django.db import models, transaction
from fernet_fields import EncryptedField

BATCH = 200

# For whoever meets a secret that can't be decrypted.
UNREADABLE = (
    "Stored secrets can't be read with any of FERNET_KEYS. Put the key they were stored with back "
    "into FERNET_KEYS, behind the newer ones, and run rotatekeys; or enter the secrets again."
)


def encrypted_models() -> list[type[models.Model]]:
    """Return every model with an encrypted column."""
    return [model for model in apps.get_models() if encrypted_columns(model)]


def encrypted_columns(model: type[models.Model]) -> list[str]:
    return [each.name for each in model._meta.fields if isinstance(each, EncryptedField)]


def rotate(model: type[models.Model]) -> int:
    """Encrypt a model's secrets anew; return how many rows there were.

    Only the encrypted columns are written, in batches under a lock, so that a token renewed
    meanwhile is not overwritten. Raises cryptography's InvalidToken for a row that none of the
    keys can read; earlier batches stay rotated.
    """
    columns = encrypted_columns(model)
    count, last = 0, 0
    while True:
        with transaction.atomic():
            rows = model._default_manager.select_for_update().only("pk", *columns)
            batch = list(rows.filter(pk__gt=last).order_by("pk")[:BATCH])
            if not batch:
                return count
            for row in batch:
                row.save(update_fields=columns)
        count, last = count + len(batch), batch[-1].pk
