"""Static files: the server of the image serves what is mounted, so an edit is live with the next request."""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, SourceMount, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, DEFAULT_PORT, NOT_CODE, rules

PAGES = ("public", ".", "static", "dist", "www", "site")
# where the official images of nginx, Apache and Caddy serve from
SERVED_FROM = ("/usr/share/nginx/html", "/usr/local/apache2/htdocs", "/usr/share/caddy", "/var/www/html", "/srv")


def detect(files: ServiceFiles) -> str:
    """Return the page that the service begins with."""
    return next((page for page in map(_page, PAGES) if files.exists(page)), "")


def _page(directory: str) -> str:
    return "index.html" if directory == "." else f"{directory}/index.html"


def recipe(program: Program) -> Recipe | None:
    """Return where the files are served from, None if the Dockerfile does not tell."""
    from envwright.images.stage import stage_facts  # every run loads the stacks, few ask for a recipe

    facts = stage_facts(program.dockerfile)
    copied = facts.copied if facts is not None else ()
    mounts = tuple(
        SourceMount("" if each.source == "." else each.source, each.target.rstrip("/"))
        for each in copied
        if each.target.startswith(SERVED_FROM) and (each.source == "." or program.files.glob(f"{each.source}/*"))
    )
    if not mounts:
        return None
    return Recipe(
        target="",
        sources=mounts,
        port=program.port or DEFAULT_PORT,
        live="the next request gets the new file",
    )


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile that serves the files by nginx on port 8080."""
    directory = next((each for each in PAGES if program.files.exists(_page(each))), ".")
    runtime = f"FROM nginxinc/nginx-unprivileged:1.29-alpine AS runtime\nCOPY {directory} /usr/share/nginx/html"
    return StackDockerfile("", "", runtime)


STACK = LanguageStack(
    name="static",
    title="Static files",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("restart", "it is read only at the start", "**/nginx.conf", "**/*.conf", "Caddyfile"),
        *rules("hot-reload", "the next request gets it", "**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `static`."""
    return STACK
