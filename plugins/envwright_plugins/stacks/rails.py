"""Ruby on Rails: the development server reads changed code at the next request.

Documentation: https://guides.rubyonrails.org/configuring.html (`config.hosts`, `RAILS_DEVELOPMENT_HOSTS`), and
https://guides.rubyonrails.org/autoloading_and_reloading_constants.html. A process id that a killed server left behind
in `tmp/pids` keeps the next one from starting.
"""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, NOT_CODE, USER, first, rules, whole_source

ROOT = "/rails"
PORT = 3000


def detect(files: ServiceFiles) -> str:
    """Return what makes a service one of Rails: its program, or the gem."""
    if program := first(files, "bin/rails"):
        return program
    gems = files.read("Gemfile")
    return "Gemfile names rails" if 'gem "rails"' in gems or "gem 'rails'" in gems else ""


def recipe(program: Program) -> Recipe:
    """Return how to run the development server of Rails."""
    port = program.port or PORT
    root = program.working_directory or ROOT
    start = f"rm -f tmp/pids/server.pid && exec bin/rails server -b 0.0.0.0 -p {port}"
    hosts = {"RAILS_DEVELOPMENT_HOSTS": ",".join(program.hosts)} if program.hosts else {}
    return Recipe(
        command=("sh", "-c", start),
        sources=whole_source(program, ROOT),
        working_directory=root,
        dependencies=("/usr/local/bundle",),
        caches=(f"{root}/tmp", f"{root}/log"),  # noqa: S108  # in the container, where it is a volume of its own
        port=port,
        readiness="/up",
        env={"RAILS_ENV": "development", "RAILS_LOG_TO_STDOUT": "1", "BUNDLE_PATH": "/usr/local/bundle", **hosts},
        live="the next request runs the new code",
    )


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile with the gems outside of the source."""
    copied = " ".join(name for name in ("Gemfile", first(program.files, "Gemfile.lock")) if name)
    base = f"""\
FROM ruby:3.4-slim AS base
ENV BUNDLE_PATH=/usr/local/bundle
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev libyaml-dev \\
    && rm -rf /var/lib/apt/lists/*
WORKDIR {ROOT}
COPY {copied} ./
RUN bundle install"""
    runtime = f"""\
FROM base AS runtime
ENV RAILS_ENV=production
COPY . .
RUN SECRET_KEY_BASE_DUMMY=1 bin/rails assets:precompile
USER {USER}
CMD ["bin/rails", "server", "-b", "0.0.0.0", "-p", "{program.port or PORT}"]"""
    return StackDockerfile(base, f"FROM base AS dev\nUSER {USER}", runtime)


STACK = LanguageStack(
    name="rails",
    title="Ruby on Rails",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("node", "static"),
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "test/**", "spec/**"),
        *rules("rebuild", "it says what is installed", "Gemfile", "Gemfile.lock", ".ruby-version", "package.json"),
        *rules("migrate", "it changes the database", "db/migrate/**", "db/schema.rb", "db/structure.sql"),
        *rules("restart", "it is read only at the start", "config/**", "lib/**", ".env*", "config.ru"),
        *rules("hot-reload", "the next request reads it", "app/**", "public/**", "db/seeds.rb"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `rails`."""
    return STACK
