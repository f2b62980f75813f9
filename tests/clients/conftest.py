"""The real wheel for these tests."""

from wheel_fixtures import contents, environment, published, wheel

__all__ = ["contents", "environment", "published", "wheel"]
