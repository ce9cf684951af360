"""Limits that keep one caller from wearing out the machine: body size, and requests per address."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 256 * 1024
"""Far above any question that can be asked (2,000 words), far below what could hurt."""
BURST = 120.0
PER_SECOND = 20.0
LIMITED_PATHS = ("/api/", "/gradio_api/queue/join", "/gradio_api/run")
_MAX_ADDRESSES = 4096


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class TokenBuckets:
    """One bucket per client address; the longest unused is forgotten when there are too many."""

    def __init__(
        self,
        burst: float = BURST,
        per_second: float = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the size of a bucket and how fast it fills again, in requests."""
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, address: str) -> float:
        """Take one token; return 0, or the seconds to wait where the bucket is empty."""
        now = self._clock()
        bucket = self._buckets.setdefault(address, _Bucket(self._burst, now))
        self._buckets.move_to_end(address)
        if len(self._buckets) > _MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        refill = (now - bucket.filled_at) * self._per_second
        bucket.tokens = min(self._burst, bucket.tokens + refill)
        bucket.filled_at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) / self._per_second


class _BodyTooLargeError(HTTPException):
    """Raised inside the application when a body grows past the limit."""

    def __init__(self, max_body: int) -> None:
        """Say how much is allowed."""
        super().__init__(
            413, f"That is more than {max_body // 1024} kB. Ask in a paragraph or two."
        )


class Limits:
    """Refuse bodies that are too large and addresses that ask too often, as JSON."""

    def __init__(
        self, app: ASGIApp, buckets: TokenBuckets | None = None, max_body: int = MAX_BODY_BYTES
    ) -> None:
        """Wrap an application."""
        self._app = app
        self._buckets = buckets or TokenBuckets()
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wait = self._wait(scope)
        if wait:
            message = f"Too many requests at once. Wait {wait:.1f} seconds, then try again."
            headers = {"Retry-After": str(int(wait) + 1)}
            await JSONResponse({"error": message}, 429, headers)(scope, receive, send)
        elif self._declared_size(scope) > self._max_body:
            await self._refuse_body(scope, receive, send)
        else:
            await self._serve_counted(scope, receive, send)

    async def _serve_counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body as it comes: a declared length may be absent or wrong."""
        size = 0
        started = False

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body:
                raise _BodyTooLargeError(self._max_body)
            return message

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive_counted, send_noted)
        except _BodyTooLargeError:
            if not started:
                await self._refuse_body(scope, receive, send)

    async def _refuse_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = _BodyTooLargeError(self._max_body)
        await JSONResponse({"error": error.detail}, 413)(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        if not scope["path"].startswith(LIMITED_PATHS):
            return 0.0
        client = scope.get("client")
        return self._buckets.take(client[0] if client else "unknown")

    @staticmethod
    def _declared_size(scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                return int(value)
        return 0
