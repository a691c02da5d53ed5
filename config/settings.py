"""Settings, read from the process environment and then from `.env` (see `.env.example`)."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy

from config.keys import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'connector.sqlite3'}")
}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    VAR_DIR.mkdir(exist_ok=True)
    # Web, worker and beat share the file: readers don't block in WAL mode, and a writer that
    # takes the lock at once waits for its turn instead of failing when it upgrades a read.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True


def _secret(name: str) -> str:
    given: str = env.str(name, default="")
    if given:
        return given
    if not ON_SQLITE:
        raise ImproperlyConfigured(
            f"{name} has to be set when the database is PostgreSQL: every process and every "
            "machine needs the same value."
        )
    return kept_secret(VAR_DIR / f"{name.lower()}.txt")


SECRET_KEY = _secret("SECRET_KEY")
FERNET_KEYS = [key.strip() for key in _secret("FERNET_KEYS").split(",") if key.strip()]

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "connector",
    "linking",
    "syncjobs",
    "sandbox",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
LOGIN_REDIRECT_URL = "admin:index"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
if ON_SQLITE:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Without a collectstatic step gunicorn still serves what the apps bring along.
WHITENOISE_USE_FINDERS = True

# Nothing redirects to https when the server itself is reached over http (demo, tests).
IS_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"

# The two systems
ATLASSIAN_API_URL = env.str("ATLASSIAN_API_URL", default="https://api.atlassian.com").rstrip("/")
EXTRA_HOSTS = env.list("EXTRA_HOSTS", default=[])
SALESFORCE_API_VERSION = "67.0"
PULL_INTERVAL_SECONDS = env.int("PULL_INTERVAL_SECONDS", default=300)
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10 * 1024 * 1024)
PANEL_TOKEN_SECONDS = env.int("PANEL_TOKEN_SECONDS", default=900)
FORGE_APP_ID = env.str("FORGE_APP_ID", default="")
FORGE_JWKS_URL = env.str(
    "FORGE_JWKS_URL",
    default="https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json",
)

# Celery
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_TASK_TIME_LIMIT = 30 * 60
# Redis hands an unacknowledged task to another worker after this time; it has to be longer than
# any task may run, or a long pull would be started twice.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60 * 60,
    # A broker behind an address where nobody answers must not hold up a request for minutes.
    "socket_connect_timeout": 3,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    # Events from Jira are taken up as they come; this is for those whose task got lost.
    "Sweep up events from Jira": {
        "task": "syncjobs.tasks.sweep_events",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}
# Results aren't kept, so nothing has to clean them up.
CELERY_RESULT_EXPIRES = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Request lines of the two systems carry SOQL and JQL with people's data.
        "urllib3": {"level": "WARNING"},
        "requests": {"level": "WARNING"},
    },
}


def _page(title: str, page: str) -> dict[str, object]:
    """An entry of the admin's sidebar, for those who may see the page."""
    app, _, model = page.rpartition("_")
    return {
        "title": title,
        "link": reverse_lazy(f"admin:{page}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{model}"),
    }


UNFOLD = {
    "SITE_TITLE": "Salesforce Connector for Jira",
    "SITE_HEADER": "Salesforce Connector",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_SYMBOL": "sync_alt",
    "STYLES": [lambda request: static("connector/admin.css")],
    "SCRIPTS": [lambda request: static("connector/admin.js")],
    "SIDEBAR": {
        "navigation": [
            {
                "title": "Set up",
                "items": [
                    _page("Salesforce connections", "connector_salesforceconnection"),
                    _page("Jira connections", "connector_jiraconnection"),
                    _page("Smart Connected Items", "connector_smartconnecteditem"),
                    _page("Published versions", "connector_itemversion"),
                ],
            },
            {
                "title": "Is it working?",
                "items": [
                    _page("Runs", "syncjobs_syncrun"),
                    _page("Due pairs", "syncjobs_duepair"),
                    _page("Links", "linking_link"),
                ],
            },
            {
                "title": "Server",
                "items": [
                    _page("Schedule", "django_celery_beat_periodictask"),
                    _page("Users", "auth_user"),
                    _page("Groups", "auth_group"),
                ],
            },
        ],
    },
}
