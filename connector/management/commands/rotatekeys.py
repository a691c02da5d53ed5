"""Encrypts stored secrets anew."""

import sys
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand

from connector.rotation import UNREADABLE, encrypted_models, rotate


class Command(BaseCommand):
    """Safe to run again and beside running workers; needed before a key leaves FERNET_KEYS."""

    help = "Encrypts every stored secret anew with the first of FERNET_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in encrypted_models():
            name = str(model._meta.verbose_name_plural)
            try:
                count = rotate(model)
            except InvalidToken:
                self.stderr.write(f"{name}: {UNREADABLE}")
                sys.exit(1)
            self.stdout.write(f"{name[:1].upper()}{name[1:]} {count}")
