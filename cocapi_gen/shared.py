"""What processes share, so that together they keep to the limits of the API."""

from cocapi_gen._http.redis_limiter import RedisLimiter

__all__ = ["RedisLimiter"]
