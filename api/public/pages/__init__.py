"""The public site for people: the same records at the same addresses, as pages."""

from api.public.pages.errors import error_page
from api.public.pages.routes import add, routes

__all__ = ["add", "error_page", "routes"]
