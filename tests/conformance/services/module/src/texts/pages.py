from importlib import import_module
from pkgutil import iter_modules

import texts

PAGES = {"/": "first"}
for found in iter_modules(texts.__path__):
    if found.name.startswith("page_"):
        PAGES[f"/{found.name.removeprefix('page_')}"] = import_module(f"texts.{found.name}").TEXT
