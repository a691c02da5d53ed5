"""Settings for tests: nothing of the machine, of `.env` or of `var/` shows through."""

import os

# The process environment comes before `.env`, so what stands here hides both.
os.environ.update(
    SECRET_KEY="only-for-tests-not-a-secret",
    FERNET_KEYS="the-newer-key-of-the-tests,the-older-key-of-the-tests",
    DEBUG="0",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    CSRF_TRUSTED_ORIGINS="",
    PUBLIC_URL="http://127.0.0.1:8000",
    DATABASE_URL="sqlite://:memory:",
    CELERY_BROKER_URL="memory://",
    ATLASSIAN_API_URL="https://api.atlassian.com",
    EXTRA_HOSTS="",
    PULL_INTERVAL_SECONDS="300",
    ATTACHMENT_MAX_BYTES="10485760",
    PANEL_TOKEN_SECONDS="900",
    FORGE_APP_ID="",
    FORGE_JWKS_URL="https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json",
)

from hypothesis import settings as hypothesis_settings

from config.settings import *  # noqa: F403

# The real one is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The same examples every time: a run that fails can be run again.
hypothesis_settings.register_profile("tests", derandomize=True, deadline=None)
hypothesis_settings.load_profile("tests")
