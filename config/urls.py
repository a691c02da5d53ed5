from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from config import health, metrics
from syncjobs import webhooks

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("webhooks/jira/<uuid:connection>/", webhooks.jira_webhook, name="jira-webhook"),
]
