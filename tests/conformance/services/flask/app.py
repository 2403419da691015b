"""Answers with the words of its pages: each module of `pages` is one, and home is a template."""

from importlib import import_module
from pkgutil import iter_modules

import pages
from flask import Flask, abort, render_template

app = Flask(__name__)
PAGES = {found.name: import_module(f"pages.{found.name}").TEXT for found in iter_modules(pages.__path__)}


@app.get("/")
def home() -> str:
    return render_template("home.html", word="first")


@app.get("/<name>")
def page(name: str) -> str:
    return PAGES[name] if name in PAGES else abort(404)
