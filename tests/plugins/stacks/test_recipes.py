"""The command of each stack's reloader, where the source goes, and what is kept outside of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envwright.model.language import SourceMount
from envwright_plugins.stacks.python import WATCH_DJANGO
from tests.plugins.stacks.making import STACKS, program, recipe

FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
FLASK = "import flask\napplication: flask.Flask = flask.Flask(__name__)\n"


def dockerfile(start: str, directory: str = "/app", extra: str = "") -> str:
    return f"FROM base AS dev\nWORKDIR {directory}\n{extra}\nFROM base\nWORKDIR {directory}\n{start}\n"


PYTHON = {
    "what the image starts": (
        {
            "Dockerfile": dockerfile(
                'CMD ["uvicorn", "shop.app:app", "--workers", "4", "--port", "9000", "--proxy-headers"]'
            )
        },
        "uvicorn shop.app:app --reload --reload-dir . --host 0.0.0.0 --port 9000 --proxy-headers",
    ),
    "a program of a virtual environment": (
        {"Dockerfile": dockerfile("CMD /opt/venv/bin/uvicorn shop.app:app --host 0.0.0.0")},
        "/opt/venv/bin/uvicorn shop.app:app --reload --reload-dir . --host 0.0.0.0 --port 8000",
    ),
    "gunicorn with workers of uvicorn": (
        {"Dockerfile": dockerfile("CMD gunicorn -k uvicorn.workers.UvicornWorker shop.app:app -b 0.0.0.0:8000")},
        "uvicorn shop.app:app --reload --reload-dir . --host 0.0.0.0 --port 8000",
    ),
    "an application found in the source": (
        {"src/shop/app.py": FASTAPI},
        "uvicorn shop.app:app --reload --reload-dir src --host 0.0.0.0 --port 8000",
    ),
    "django": ({"manage.py": ""}, "python -c 'python manage.py runserver --noreload 0.0.0.0:8000'"),
    "django behind gunicorn": (
        {"manage.py": "", "Dockerfile": dockerfile("CMD gunicorn shop.wsgi:application --bind 0.0.0.0:9001")},
        "python -c 'python manage.py runserver --noreload 0.0.0.0:9001'",
    ),
    "flask found": (
        {"web.py": FLASK},
        "watchfiles --target-type command --filter python "
        "'flask --app web:application run --debug --no-reload --no-debugger --host 0.0.0.0 --port 5000' .",
    ),
    "flask behind gunicorn": (
        {"web.py": FLASK, "Dockerfile": dockerfile("CMD gunicorn web:application -b :8080 --workers 3")},
        "watchfiles --target-type command --filter python "
        "'flask --app web:application run --debug --no-reload --no-debugger --host 0.0.0.0 --port 8080' .",
    ),
    "a module": (
        {"src/mailer/__main__.py": ""},
        "watchfiles --target-type command --filter python 'python -m mailer' src",
    ),
    "a script": ({"main.py": ""}, "watchfiles --target-type command --filter python 'python main.py' ."),
    "any other program": (
        {"Dockerfile": dockerfile('CMD ["celery", "-A", "shop tasks", "worker"]'), "app.py": ""},
        "watchfiles --target-type command --filter python \"celery -A 'shop tasks' worker\" .",
    ),
}


@pytest.mark.parametrize("case", PYTHON)
def test_python(case: str, tmp_path: Path) -> None:
    files, command = PYTHON[case]
    words = recipe("python", tmp_path, files).command
    assert " ".join(_quoted(word) for word in words if word != WATCH_DJANGO) == command


def _quoted(word: str) -> str:
    if " " not in word:
        return word
    return f'"{word}"' if "'" in word else f"'{word}'"


def test_packages_in_src_are_found(tmp_path: Path) -> None:
    assert recipe("python", tmp_path / "a", {"src/mailer/__main__.py": ""}).env["PYTHONPATH"] == "/app/src"
    assert "PYTHONPATH" not in recipe("python", tmp_path / "b", {"mailer/__main__.py": ""}).env


def test_django_reloads_what_it_would_keep(tmp_path: Path) -> None:
    words = recipe("python", tmp_path, {"manage.py": ""}).command
    assert words[2] == WATCH_DJANGO
    compile(WATCH_DJANGO, "-c", "exec")
    assert "extra_extensions=('.html', '.txt', '.xml', '.mo')" in WATCH_DJANGO


def test_the_containers_port_is_the_reloaders(tmp_path: Path) -> None:
    made = recipe("python", tmp_path, {"app.py": FASTAPI}, port=8080)
    assert made.command[-2:] == ("--port", "8080")
    assert made.port == 8080


def package(**content: object) -> str:
    return json.dumps(content)


NODE = {
    "what the image starts": (
        {"Dockerfile": dockerfile('CMD ["node", "--enable-source-maps", "src/server.js"]'), "src/server.js": ""},
        "node --watch --enable-source-maps src/server.js",
    ),
    "the script start": (
        {"package.json": package(scripts={"start": "node ./web.js"}), "web.js": "", "index.js": ""},
        "node --watch web.js",
    ),
    "main": ({"package.json": package(main="lib/app.js"), "lib/app.js": ""}, "node --watch lib/app.js"),
    "a usual name": ({"index.js": ""}, "node --watch index.js"),
    "a script dev that watches": (
        {"package.json": package(scripts={"dev": "tsx watch --clear-screen=false src/a.ts"})},
        "tsx watch --clear-screen=false src/a.ts",
    ),
    "a script dev for a shell": (
        {"package.json": package(scripts={"dev": "npm run gen && nodemon a.js"}), "index.js": ""},
        "node --watch index.js",
    ),
    "typescript that is shipped built": (
        {
            "package.json": package(devDependencies={"typescript": "5"}, scripts={"start": "node dist/server.js"}),
            "src/server.ts": "",
            "dist/server.js": "",
        },
        "tsx watch src/server.ts",
    ),
    "nodemon": (
        {"package.json": package(devDependencies={"nodemon": "3"}), "src/index.js": ""},
        "nodemon --watch src src/index.js",
    ),
}


@pytest.mark.parametrize("case", NODE)
def test_node(case: str, tmp_path: Path) -> None:
    files, command = NODE[case]
    assert " ".join(recipe("node", tmp_path, files).command) == command


PACKAGES_BESIDE = dockerfile('CMD ["node", "src/server.js"]', "/app", "COPY package.json ./\nRUN npm ci")
PACKAGES_ABOVE = "FROM base AS dev\nWORKDIR /srv\nRUN npm ci --omit=dev\nWORKDIR /srv/app\n"


@pytest.mark.parametrize(
    ("text", "sources", "packages"),
    [
        (PACKAGES_ABOVE, (SourceMount("", "/srv/app"),), ("/srv/node_modules",)),
        (PACKAGES_BESIDE, (SourceMount("src", "/app/src"),), ("/app/node_modules",)),
        ("", (SourceMount("", "/srv/app"),), ()),
    ],
)
def test_packages_stay_visible(
    text: str, sources: tuple[SourceMount, ...], packages: tuple[str, ...], tmp_path: Path
) -> None:
    made = recipe("node", tmp_path, {"Dockerfile": text, "src/server.js": ""})
    assert (made.sources, made.dependencies) == (sources, packages)


def test_vite_answers_requests_from_outside(tmp_path: Path) -> None:
    made = recipe("vite", tmp_path, {"package.json": "{}"}, hosts=("pr-7.example.org", "web"))
    assert made.command == ("vite", "--host", "0.0.0.0", "--port", "5173", "--strictPort")
    assert made.env["__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS"] == "pr-7.example.org"
    assert made.caches == ("/srv/app/node_modules",)


def test_next_answers_requests_from_outside(tmp_path: Path) -> None:
    made = recipe("next", tmp_path, {"package.json": "{}"}, hosts=("pr-7.example.org", "web"), port=8080)
    assert made.command == ("next", "dev", "-H", "0.0.0.0", "-p", "8080")
    assert made.env["NEXT_ALLOWED_DEV_ORIGINS"] == "pr-7.example.org,web"


GO = {
    "its root": ({"main.go": "package main\n"}, "go build -o /tmp/air/main ."),
    "the command of its name": (
        {"cmd/api/main.go": "package main\n", "cmd/tool/main.go": "package main\n"},
        "go build -o /tmp/air/main ./cmd/api",
    ),
    "its only command": ({"cmd/serve/main.go": "package main\n"}, "go build -o /tmp/air/main ./cmd/serve"),
}


@pytest.mark.parametrize("case", GO)
def test_go_builds(case: str, tmp_path: Path) -> None:
    files, build = GO[case]
    command = recipe("go", tmp_path, files).command
    assert command[command.index("--build.cmd") + 1] == build


def test_go_passes_arguments_on(tmp_path: Path) -> None:
    files = {"main.go": "package main\n"}
    command = recipe("go", tmp_path, files, command=("/service", "serve", "--all")).command
    assert command[command.index("--build.args_bin") + 1] == "serve,--all"
    assert "--build.args_bin" not in recipe("go", tmp_path, files, command=("/service",)).command


def test_go_with_a_configuration_of_its_own(tmp_path: Path) -> None:
    assert recipe("go", tmp_path, {".air.toml": ""}).command == ("air", "-c", ".air.toml")


def test_go_caches_builds_and_modules(tmp_path: Path) -> None:
    made = recipe("go", tmp_path, {"main.go": "package main\n"})
    assert made.env["GOCACHE"].startswith(made.caches[0])
    assert made.env["GOMODCACHE"].startswith(made.caches[0])


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"pom.xml": ""}, ("mvn", "spring-boot:run")),
        ({"pom.xml": "", "mvnw": ""}, ("./mvnw", "spring-boot:run")),
        (
            {"build.gradle": "", "gradlew": ""},
            ("sh", "-c", "./gradlew --continuous --quiet classes & exec ./gradlew bootRun"),
        ),
    ],
)
def test_spring(files: dict[str, str], command: tuple[str, ...], tmp_path: Path) -> None:
    made = recipe("spring", tmp_path, files)
    assert made.command == command
    assert made.readiness == "/actuator/health/readiness"


def test_rails_forgets_the_last_server(tmp_path: Path) -> None:
    made = recipe("rails", tmp_path, {"bin/rails": ""}, hosts=("pr-7.example.org",))
    assert made.command[2] == "rm -f tmp/pids/server.pid && exec bin/rails server -b 0.0.0.0 -p 3000"
    assert made.env["RAILS_DEVELOPMENT_HOSTS"] == "pr-7.example.org"


def test_php_looks_at_the_time_of_files(tmp_path: Path) -> None:
    fresh = ("-d", "opcache.validate_timestamps=1", "-d", "opcache.revalidate_freq=0")
    fpm = recipe("php", tmp_path, {"index.php": ""}, command=("php-fpm",))
    assert (fpm.command, fpm.readiness) == (("php-fpm", "--nodaemonize", *fresh), "")
    built_in = recipe("php", tmp_path, {"public/index.php": ""})
    assert built_in.command == ("php", *fresh, "-S", "0.0.0.0:8080", "-t", "public")


def test_rust_keeps_what_it_built(tmp_path: Path) -> None:
    made = recipe("rust", tmp_path, {"Cargo.toml": ""})
    assert made.command == ("bacon", "--headless", "run-long")
    assert made.env["CARGO_TARGET_DIR"].startswith(made.caches[0])


def test_static_files_are_served_from_where_the_image_has_them(tmp_path: Path) -> None:
    text = "FROM nginx:1\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY public/ /usr/share/nginx/html/\n"
    made = recipe("static", tmp_path, {"Dockerfile": text, "public/index.html": ""})
    assert made.sources == (SourceMount("public", "/usr/share/nginx/html"),)
    assert (made.target, made.command) == ("", ())


NOTHING_TO_RUN = {
    "python": {"pyproject.toml": ""},
    "node": {"package.json": "{}"},
    "go": {"go.mod": "", "lib.go": "package lib\n"},
    "static": {"index.html": "", "Dockerfile": "FROM nginx:1\n"},
    "command": {"server.pl": ""},
}


@pytest.mark.parametrize("name", NOTHING_TO_RUN)
def test_a_stack_that_cannot_tell_says_so(name: str, tmp_path: Path) -> None:
    assert STACKS[name].recipe(program(tmp_path, NOTHING_TO_RUN[name])) is None


@pytest.mark.parametrize("text", ["{", "[]", '{"scripts": [], "dependencies": 3, "main": {}}', "\x00"])
def test_broken_files_are_read_as_empty_ones(text: str, tmp_path: Path) -> None:
    names = ("package.json", "Cargo.toml", "pyproject.toml", "pom.xml", "Gemfile")
    broken, empty = (
        {name: program(tmp_path / case / name, dict.fromkeys(names, content)) for name in STACKS}
        for case, content in (("broken", text), ("empty", ""))
    )
    for name, stack in STACKS.items():
        assert stack.detect(broken[name].files) == stack.detect(empty[name].files), name
        assert stack.recipe(broken[name]) == stack.recipe(empty[name]), name
        assert stack.dockerfile(broken[name]) == stack.dockerfile(empty[name]), name
