"""PHP: every request reads the source, once the cache of compiled code looks at the time of files.

Documentation: https://www.php.net/manual/en/opcache.configuration.php (`opcache.validate_timestamps`,
`opcache.revalidate_freq`). Settings are files that a stage for development brings, or options of the program.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, DEFAULT_PORT, NOT_CODE, first, rules, whole_source

ROOT = "/var/www/app"
# the account of the official images
USER = 33
FRESH = ("-d", "opcache.validate_timestamps=1", "-d", "opcache.revalidate_freq=0")


def detect(files: ServiceFiles) -> str:
    """Return what makes a service one of PHP."""
    return first(files, "composer.json", "index.php", "public/index.php")


def recipe(program: Program) -> Recipe:
    """Return how to run PHP so that it reads what changed: FPM, or the server that is built in."""
    names = [PurePosixPath(word).name for word in program.command]
    fpm = "php-fpm" in names
    root = program.working_directory or ROOT
    port = program.port or (9000 if fpm else DEFAULT_PORT)
    public = ("-t", "public") if program.files.exists("public/index.php") else ()
    built_in = ("php", *FRESH, "-S", f"0.0.0.0:{port}", *public)
    return Recipe(
        command=("php-fpm", "--nodaemonize", *FRESH) if fpm else built_in,
        sources=whole_source(program, ROOT),
        working_directory=root,
        dependencies=("/opt/vendor",),
        port=port,
        readiness="" if fpm else "/",  # FPM answers no HTTP
        env={"APP_ENV": "development", "COMPOSER_VENDOR_DIR": "/opt/vendor"},
        live="the next request runs the new code",
    )


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile with Composer's packages outside of the source."""
    port = program.port or DEFAULT_PORT
    copied = " ".join(name for name in ("composer.json", first(program.files, "composer.lock")) if name)
    install = (
        "RUN composer install --no-dev --no-scripts --no-interaction" if program.files.exists("composer.json") else ""
    )
    packages = f"COPY {copied} ./\n{install}" if install else "# no packages are declared"
    public = ', "-t", "public"' if program.files.exists("public/index.php") else ""
    base = f"""\
FROM php:8.4-cli-alpine AS base
COPY --from=composer:2.8 /usr/bin/composer /usr/local/bin/composer
ENV COMPOSER_VENDOR_DIR=/opt/vendor
WORKDIR {ROOT}
{packages}"""
    runtime = f"""\
FROM base AS runtime
COPY . .
USER {USER}
CMD ["php", "-S", "0.0.0.0:{port}"{public}]"""
    return StackDockerfile(base, f"FROM base AS dev\nUSER {USER}", runtime)


STACK = LanguageStack(
    name="php",
    title="PHP",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("node", "static"),
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "tests/**", "**/*Test.php", "phpunit.xml*"),
        *rules("rebuild", "it says what is installed", "composer.json", "composer.lock"),
        *rules("migrate", "it changes the database", "database/migrations/**", "migrations/**"),
        *rules("restart", "it is read only at the start", ".env*", "**/php.ini", "**/php-fpm.d/**"),
        *rules("hot-reload", "the next request reads it", "**/*.php", "**/*.twig", "public/**", "templates/**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `php`."""
    return STACK
