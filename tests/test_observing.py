"""The recipes of docs/observing.md, as they stand there: they tell what has happened, and nothing that is secret."""

from __future__ import annotations

import io
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import CollectorRegistry, generate_latest

from cocapi_gen import Client, CocApiError, Drift, SyncClient
from cocapi_gen._http.watch import Watch
from cocapi_gen._pauses import pause_here
from cocapi_gen.events import AnswerReceived, DriftSeen, Event, RequestFailed, RequestSent, TurnWaited
from cocapi_gen.testing import no_sleep
from tests.answers import TAG, Body, clan_body, player_body
from tests.test_docs import FENCE, ROOT

TOKEN, SECRET = "canary-token", "canary-in-game"
PLAYER, CLAN = "/players/{playerTag}", "/clans/{clanTag}"
PAGE = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")
IN_MAINTENANCE: Body = {"reason": "inMaintenance"}
DRIFT = DriftSeen(Drift("getPlayer", "Player.auraLevel", "field", "int"))
TOLD = "getPlayer: Player.auraLevel is unknown (int)"


def recipe(chapter: str) -> dict[str, Any]:
    """Run the program of a chapter as an import would, and return what it defines."""
    (block,) = FENCE.findall(PAGE.split(f"\n## {chapter}\n")[1].split("\n## ")[0])
    names: dict[str, Any] = {"__name__": "observing"}
    exec(compile(block, chapter, "exec"), names)  # noqa: S102 # text of ours
    return names


def live_through_a_lot(hook: Callable[[Event], object] | None) -> None:
    """Let a client meet a reset, a throttled key, maintenance and a 404, find something kept, and wait for its turn."""
    fresh = {"Cache-Control": "max-age=60"}
    answers: list[httpx.Response | Exception] = [
        httpx.Response(502),
        httpx.ReadError("reset"),
        httpx.Response(429, headers={"Retry-After": "2"}),
        httpx.Response(200, json=player_body(name=SECRET), headers=fresh),
        httpx.Response(503, json=IN_MAINTENANCE),
        httpx.Response(404, json={"reason": "notFound"}),
    ]

    def answer(_: httpx.Request) -> httpx.Response:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    client = SyncClient(TOKEN, transport=httpx.MockTransport(answer), on_event=hook, rate=1)
    with no_sleep():
        client.player(TAG)
        client.player(TAG)
        for _ in range(2):
            with pytest.raises(CocApiError):
                client.request("GET", f"/clans/{TAG}")


# ---------------------------------------------------------------------- lines of JSON


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the recipe has written so far, while it listens to all there is."""
    written = io.StringIO()
    handler, logger = logging.StreamHandler(written), logging.getLogger("cocapi_gen")
    handler.setFormatter(recipe("Lines of JSON")["JsonLines"]())
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_each_event_is_one_line_of_json(lines: Callable[[], list[dict[str, object]]]) -> None:
    seen = list[Event]()
    live_through_a_lot(seen.append)
    found = lines()
    assert [line["event"] for line in found] == [type(event).__name__ for event in seen]
    assert all(line.keys() >= {"time", "level", "logger", "event"} for line in found)
    failed = next(line for line in found if line["event"] == "RequestFailed")
    del failed["time"], failed["seconds"]
    assert failed == {
        "level": "INFO",
        "logger": "cocapi_gen",
        "event": "RequestFailed",
        "method": "GET",
        "path_template": PLAYER,
        "attempt": 2,
        "error": "ConnectionLost",
    }
    assert [line["status"] for line in found if line["event"] == "AnswerReceived"] == [502, 429, 200, 503, 404]


def test_a_line_tells_what_is_new_in_the_answers(lines: Callable[[], list[dict[str, object]]]) -> None:
    Watch(None).tell(type(DRIFT), DRIFT.drift)
    (line,) = lines()
    assert (line["event"], line["drift"]) == ("DriftSeen", TOLD)


def test_what_is_no_event_is_a_message_in_one_line(lines: Callable[[], list[dict[str, object]]]) -> None:
    def fail(event: Event) -> None:
        raise LookupError(type(event).__name__)

    live_through_a_lot(fail)
    messages = [str(line["message"]) for line in lines() if "message" in line]
    assert len(messages) == len(lines()) / 2
    assert all(re.match(r"on_event failed\nTraceback[^$]*\nLookupError: \w+$", message) for message in messages)


def test_no_line_holds_what_is_secret(lines: Callable[[], list[dict[str, object]]]) -> None:
    live_through_a_lot(None)
    assert not re.search("canary|2PP", json.dumps(lines()))


# ---------------------------------------------------------------------- Prometheus


def figures(registry: CollectorRegistry) -> dict[str, float]:
    """Return what Prometheus would read, but for what depends on how fast this machine is."""
    text = generate_latest(registry).decode()
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs if not re.search("_created|_bucket|_sum", name)}


def test_prometheus_reads_the_right_figures() -> None:
    names = recipe("Prometheus")
    live_through_a_lot(names["observe"])
    found = figures(names["registry"])
    waits = found.pop("cocapi_wait_seconds_count")
    assert waits >= 3  # at one request a second
    path = "/clans/{}"
    assert found == {
        f'cocapi_requests_total{{outcome="502",path="{PLAYER}"}}': 1,
        f'cocapi_requests_total{{outcome="ConnectionLost",path="{PLAYER}"}}': 1,
        f'cocapi_requests_total{{outcome="429",path="{PLAYER}"}}': 1,
        f'cocapi_requests_total{{outcome="200",path="{PLAYER}"}}': 1,
        f'cocapi_requests_total{{outcome="503",path="{path}"}}': 1,
        f'cocapi_requests_total{{outcome="404",path="{path}"}}': 1,
        f'cocapi_request_seconds_count{{path="{PLAYER}"}}': 4,
        f'cocapi_request_seconds_count{{path="{path}"}}': 2,
        f'cocapi_retries_total{{error="GatewayTrouble",path="{PLAYER}"}}': 1,
        f'cocapi_retries_total{{error="ConnectionLost",path="{PLAYER}"}}': 1,
        f'cocapi_retries_total{{error="TooManyRequests",path="{PLAYER}"}}': 1,
        f'cocapi_cache_hits_total{{path="{PLAYER}",stale="false"}}': 1,
        "cocapi_token_rests_total": 1,
        "cocapi_maintenance": 0,
    }
    assert not re.search("canary|2PP", generate_latest(names["registry"]).decode())


def test_maintenance_shows_while_it_lasts() -> None:
    names = recipe("Prometheus")
    seen = list[float]()

    def look(event: Event) -> None:
        names["observe"](event)
        seen.append(figures(names["registry"])["cocapi_maintenance"])

    live_through_a_lot(look)
    assert {*seen} == {0, 1}
    assert seen[-1] == 0


def test_the_queries_ask_for_what_there_is() -> None:
    names = recipe("Prometheus")
    live_through_a_lot(names["observe"])
    shown = generate_latest(names["registry"]).decode()
    asked = {name for query in re.findall(r"\| `([^`]*)`", PAGE) for name in re.findall(r"cocapi_\w+", query)}
    assert len(asked) >= 6
    assert [name for name in asked if f"\n{name}" not in shown] == []


# ---------------------------------------------------------------------- OpenTelemetry


class Telemetry:
    """Providers that keep everything, and the recipe's hook for them."""

    def __init__(self) -> None:
        self._spans, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        traces = TracerProvider(shutdown_on_exit=False)
        traces.add_span_processor(SimpleSpanProcessor(self._spans))
        meters = MeterProvider([self._reader], shutdown_on_exit=False)
        self.hook: Callable[[Event], object] = recipe("OpenTelemetry")["Observer"](traces, meters)
        self.tracer = traces.get_tracer("test")

    def spans(self, *, of_requests: bool) -> list[ReadableSpan]:
        return [span for span in self._spans.get_finished_spans() if (span.kind is SpanKind.CLIENT) == of_requests]

    def durations(self) -> list[HistogramDataPoint]:
        data = self._reader.get_metrics_data()
        assert data is not None
        metrics = data.resource_metrics[0].scope_metrics[0].metrics
        assert [(metric.name, metric.unit) for metric in metrics] == [("http.client.request.duration", "s")]
        return [point for point in metrics[0].data.data_points if isinstance(point, HistogramDataPoint)]


def facts(span: ReadableSpan) -> dict[str, object]:
    """Return the attributes of a span."""
    return dict(span.attributes or {})


def length(span: ReadableSpan) -> float:
    """Return how many seconds it took."""
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.end_time - span.start_time) / 1e9


def test_each_request_is_a_span_with_what_came_of_it() -> None:
    telemetry, seen = Telemetry(), list[Event]()

    def hook(event: Event) -> None:
        seen.append(event)
        telemetry.hook(event)

    with telemetry.tracer.start_as_current_span("command"):
        live_through_a_lot(hook)
    spans = telemetry.spans(of_requests=True)
    common: dict[str, object] = {"http.request.method": "GET", "url.template": PLAYER}
    clan: dict[str, object] = {"http.request.method": "GET", "url.template": "/clans/{}"}
    assert [facts(span) for span in spans] == [
        {**common, "http.response.status_code": 502, "error.type": "502"},
        {**common, "error.type": "ConnectionLost", "http.request.resend_count": 1},
        {**common, "http.response.status_code": 429, "error.type": "429", "http.request.resend_count": 2},
        {**common, "http.response.status_code": 200, "http.request.resend_count": 3},
        {**clan, "http.response.status_code": 503, "error.type": "503"},
        {**clan, "http.response.status_code": 404, "error.type": "404"},
    ]
    assert [span.status.status_code for span in spans] == [
        StatusCode.UNSET if facts(span).get("http.response.status_code") == 200 else StatusCode.ERROR for span in spans
    ]
    assert {span.name for span in spans} == {f"GET {PLAYER}", "GET /clans/{}"}
    ended = [event.seconds for event in seen if isinstance(event, (AnswerReceived, RequestFailed))]
    assert [length(span) for span in spans] == pytest.approx(ended, abs=1e-6)

    (command,) = telemetry.spans(of_requests=False)
    assert [span.parent for span in spans] == [command.context] * len(spans)
    requests = (RequestSent, AnswerReceived, RequestFailed)
    between = [type(event).__name__ for event in seen if not isinstance(event, requests)]
    assert [event.name for event in command.events] == between
    assert {"TurnWaited", "RetryPlanned", "TokenRested", "CacheHit", "MaintenanceBegan"} <= {*between}
    told = next(dict(event.attributes or {}) for event in command.events if event.name == "RetryPlanned")
    assert (told["error"], told["path_template"]) == ("GatewayTrouble", PLAYER)

    assert sum(point.count for point in telemetry.durations()) == len(spans)
    assert sum(point.sum for point in telemetry.durations()) == pytest.approx(sum(ended))
    everything = [span.to_json() for span in (*spans, command)]
    assert not re.search("canary|2PP", " ".join((*everything, repr(telemetry.durations()))))


def test_what_is_new_in_the_answers_is_an_event_of_the_span() -> None:
    telemetry = Telemetry()
    with telemetry.tracer.start_as_current_span("command"):
        telemetry.hook(DRIFT)
    (command,) = telemetry.spans(of_requests=False)
    assert [(event.name, dict(event.attributes or {})) for event in command.events] == [("DriftSeen", {"drift": TOLD})]


@pytest.mark.anyio
async def test_of_many_calls_at_once_each_has_its_own_requests() -> None:
    telemetry = Telemetry()
    tags = [f"#2P{a}{b}" for a in "0289PYLQ" for b in "0289PYLQ"]

    async def answer(request: httpx.Request) -> httpx.Response:
        number = next(number for number, tag in enumerate(tags) if request.url.path.endswith(tag))
        for _ in range(number % 5):
            await anyio.lowlevel.checkpoint()  # so that they overtake each other
        return httpx.Response(404 if number % 3 else 200, json=player_body() if number % 3 == 0 else {})

    client = Client(TOKEN, transport=httpx.MockTransport(answer), on_event=telemetry.hook, rate=None)

    async def command(number: int) -> None:
        with telemetry.tracer.start_as_current_span(str(404 if number % 3 else 200)):
            try:
                await client.player(tags[number])
            except CocApiError as error:
                assert type(error).__name__ == "ResourceNotFound"  # noqa: PT017 # others are none of the test's

    async with anyio.create_task_group() as group:
        for number in range(len(tags)):
            group.start_soon(command, number)
    commands = {span.context.span_id: span.name for span in telemetry.spans(of_requests=False) if span.context}
    requests = telemetry.spans(of_requests=True)
    parents = Counter(span.parent.span_id for span in requests if span.parent)
    assert parents == dict.fromkeys(commands, 1)
    for span in requests:
        assert span.parent is not None
        assert commands[span.parent.span_id] == str(facts(span)["http.response.status_code"])


@pytest.mark.parametrize("kind", ["asyncio", "trio", "threads"])
def test_requests_that_a_call_makes_at_the_same_time_are_its_children(kind: str) -> None:
    telemetry = Telemetry()

    def answer(request: httpx.Request) -> httpx.Response:
        is_clan = request.url.path.endswith(TAG)
        return httpx.Response(200 if is_clan else 404, json=clan_body() if is_clan else {})

    transport = httpx.MockTransport(answer)
    with telemetry.tracer.start_as_current_span("command"):
        if kind == "threads":
            SyncClient(TOKEN, transport=transport, on_event=telemetry.hook).clan(TAG)
        else:
            anyio.run(Client(TOKEN, transport=transport, on_event=telemetry.hook).clan, TAG, backend=kind)
    (command,) = telemetry.spans(of_requests=False)
    spans = telemetry.spans(of_requests=True)
    assert [span.parent for span in spans] == [command.context] * 3
    assert {str(facts(span)["url.template"]) for span in spans} >= {CLAN}


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_leaves_no_span_open() -> None:
    telemetry = Telemetry()

    async def answer(_: httpx.Request) -> httpx.Response:
        scope.cancel()
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.CancelScope() as scope, telemetry.tracer.start_as_current_span("command"):
        await Client(TOKEN, transport=httpx.MockTransport(answer), on_event=telemetry.hook).player(TAG)
    assert [span.name for span in telemetry.spans(of_requests=False)] == ["command"]
    assert telemetry.spans(of_requests=True) == []


def test_what_a_hook_takes_is_no_part_of_the_time_of_an_answer() -> None:
    told: list[Event] = []

    def slow(event: Event) -> None:
        told.append(event)
        if isinstance(event, TurnWaited):
            pause_here(100)

    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=player_body()))
    client = SyncClient("T", rate=1, cache=None, on_event=slow, transport=transport)
    with no_sleep():
        for _ in range(12):
            client.player(TAG)
    assert any(isinstance(event, TurnWaited) for event in told)
    assert max(event.seconds for event in told if isinstance(event, AnswerReceived)) < 50
