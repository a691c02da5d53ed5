"""`/metrics` for Prometheus: figures read from the database when they are asked for."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connector.models import JiraConnection, SalesforceConnection
from linking.models import Link
from syncjobs.models import DuePair, SyncRun

PREFIX = "salesforce_connector"
_ORG_FIGURES = ("name", "paused_until", "api_used", "api_limit")


def metrics(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_DatabaseFigures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _DatabaseFigures(Collector):
    """Every process sees the same figures, so no process has to be asked twice or summed up."""

    def collect(self) -> Iterator[Metric]:
        yield from self._links()
        yield from self._due()
        yield from self._runs()
        yield from self._connections()

    def _links(self) -> Iterator[Metric]:
        links = GaugeMetricFamily(f"{PREFIX}_links", "Links by item.", labels=["item", "state"])
        rows = Link.objects.values_list("item__name", "state").annotate(Count("pk"))
        for item, state, count in rows.order_by():
            links.add_metric([item, state], count)
        yield links

    def _due(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            f"{PREFIX}_due_pairs", "Pairs that wait to be reconciled, by item.", labels=["item"]
        )
        oldest = GaugeMetricFamily(
            f"{PREFIX}_oldest_due_pair_seconds", "Age of the oldest of them.", labels=["item"]
        )
        now = timezone.now()
        rows = DuePair.objects.values_list("item__name").annotate(Count("pk"), Min("created_at"))
        for item, count, since in rows.order_by():
            waiting.add_metric([item], count)
            oldest.add_metric([item], (now - since).total_seconds())
        yield from (waiting, oldest)

    def _runs(self) -> Iterator[Metric]:
        finished = GaugeMetricFamily(
            f"{PREFIX}_last_run_timestamp_seconds", "When the last pull ended.", labels=["item"]
        )
        rows = (
            SyncRun.objects.exclude(finished_at=None)
            .order_by("item", "-started_at")
            .values_list("item__name", "finished_at")
        )
        seen: set[str] = set()
        for item, at in rows.iterator():
            if item not in seen and at is not None:
                seen.add(item)
                finished.add_metric([item], at.timestamp())
        yield finished

    def _connections(self) -> Iterator[Metric]:
        paused = GaugeMetricFamily(
            f"{PREFIX}_connection_paused",
            "1 while a connection is paused.",
            labels=["name", "kind"],
        )
        used = GaugeMetricFamily(
            f"{PREFIX}_salesforce_api_used", "Salesforce calls of the last 24 h.", labels=["name"]
        )
        limit = GaugeMetricFamily(
            f"{PREFIX}_salesforce_api_limit", "Salesforce calls allowed in 24 h.", labels=["name"]
        )
        now = timezone.now()
        for org in SalesforceConnection.objects.only(
            "name", "paused_until", "api_used", "api_limit"
        ):
            paused.add_metric([org.name, "salesforce"], _is_after(org.paused_until, now))
            used.add_metric([org.name], org.api_used)
            limit.add_metric([org.name], org.api_limit)
        for site in JiraConnection.objects.only("name", "paused_until"):
            paused.add_metric([site.name, "jira"], _is_after(site.paused_until, now))
        yield from (paused, used, limit)


def _is_after(moment: object, now: object) -> int:
    return int(moment is not None and moment > now)  # type: ignore[operator]
