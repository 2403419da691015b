"""Answers with the words of its pages: each module of `pages` is one."""

from importlib import import_module
from pkgutil import iter_modules

import pages
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

PAGES = {found.name: import_module(f"pages.{found.name}").TEXT for found in iter_modules(pages.__path__)}


async def home(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("first")


async def page(request: Request) -> PlainTextResponse:
    name = request.path_params["name"]
    return PlainTextResponse(PAGES[name]) if name in PAGES else PlainTextResponse("no such page", 404)


app = Starlette(routes=[Route("/", home), Route("/{name}", page)])
