# envwright. `make` alone lists the targets. Needed: Python 3.11 or newer, git, make; PYTHON=... picks another Python.

PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
ENVWRIGHT := $(BIN)/envwright
SHOP := golden/shop/services.yaml
# the demo's own repositories: nobody's configuration, and always the same commits
DEMO_GIT := GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
  GIT_AUTHOR_NAME='Ada Lovelace' GIT_AUTHOR_EMAIL=ada@example.org GIT_AUTHOR_DATE='2026-01-05T09:00:00Z' \
  GIT_COMMITTER_NAME='Ada Lovelace' GIT_COMMITTER_EMAIL=ada@example.org GIT_COMMITTER_DATE='2026-01-05T09:00:00Z' \
  git -c init.defaultBranch=main -C demo/source
# a cache of its own too, so that it never meets what an earlier demo left; a relative path would not count
DEMO_ENVWRIGHT := ENVWRIGHT_REPO=demo/environments.git XDG_CACHE_HOME='$(CURDIR)/demo/cache' $(ENVWRIGHT)

.DEFAULT_GOAL := help
.PHONY: help demo test cluster builders conformance lint format bench goldens schema lock clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: .venv/runtime ## Render golden/shop, show the plans, and commit, compare and verify it in a repository of its own
	@rm -rf demo
	@$(ENVWRIGHT) render -f $(SHOP) --env production --out demo/production
	@$(ENVWRIGHT) render -f $(SHOP) --env ai --slot 7 --out demo/ai-7
	@printf '\n== shop, production\n\n'
	@$(ENVWRIGHT) plan -f $(SHOP) --env production
	@printf '\n== shop, slot 7 of ai\n\n'
	@$(ENVWRIGHT) plan -f $(SHOP) --env ai --slot 7
	@printf '\n== a commit, a new version, and the proof of it\n\n'
	@mkdir -p demo/source && cp -R golden/shop/. demo/source && $(DEMO_GIT) init -q && $(DEMO_GIT) add -A
	@$(DEMO_GIT) remote add origin https://git.example.org/shop.git && $(DEMO_GIT) commit -q -m 'The shop'
	@git init -q --bare demo/environments.git
	@$(DEMO_ENVWRIGHT) commit -f demo/source --env production
	@sed -i.old 's/value: 2.0.1/value: 2.0.2/' demo/source/services/orders/service.yaml && rm demo/source/services/orders/*.old
	@$(DEMO_ENVWRIGHT) diff -f demo/source --env production
	@$(DEMO_GIT) commit -q -a -m 'orders 2.0.2'
	@$(DEMO_ENVWRIGHT) commit -f demo/source --env production
	@$(DEMO_ENVWRIGHT) verify -f demo/source env/shop/production
	@printf '\nThe files are in demo/production and demo/ai-7; read demo/production/PLAN.md first.\nTry next:\n'
	@printf '  %s\n' 'diff -r demo/production/manifests demo/ai-7/manifests' \
	  '$(ENVWRIGHT) explain -f $(SHOP) --env ai --slot 7 services.catalog.workload.autoscaling' \
	  '$(ENVWRIGHT) log -f demo/source --env production --repo demo/environments.git' \
	  '$(ENVWRIGHT) plan -f golden/platform/services.yaml --env ai --slot 7'

test: .venv/dev ## Run the whole test suite
	@$(BIN)/pytest -n auto --cov --cov-report=term:skip-covered

stress: .venv/dev ## Race 16 committers for 50 commits each, and kill others 200 times (twenty minutes)
	@ENVWRIGHT_STRESS_COMMITS=50 ENVWRIGHT_STRESS_KILLS=200 $(BIN)/pytest -n auto tests/adapters/git/test_concurrency.py

cluster: .venv/dev ## Build the small Kubernetes of tests/cluster ahead of the tests (once, with Go, some minutes)
	@$(BIN)/python -m tests.cluster.programs

builders: .venv/dev ## Build what tests/plugins/builders runs ahead of the tests (once, as root, with Go, some minutes)
	@$(BIN)/python -m tests.plugins.builders.programs

conformance: .venv/dev ## Install what tests/conformance runs ahead of the tests (once, with pip, npm and Go)
	@$(BIN)/python -m tests.conformance.prepare

lint: .venv/dev ## Check style, types and the floors of the architecture
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/dev ## Format the code and fix what can be fixed
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/dev ## Measure against helm, kustomize and a bare Python (those of them that are on PATH)
	@$(BIN)/python bench/run.py
	@$(BIN)/python bench/commit.py
	@$(BIN)/python bench/size.py

goldens: .venv/dev ## Refresh renders/ from golden/, and the output that the guides show
	@$(BIN)/pytest -q -p no:cacheprovider --regen-all tests/test_goldens.py tests/plugins/test_plugin_golden.py tests/scaffold/test_guides.py tests/test_docs.py

schema: .venv/runtime ## Refresh schema/, docs/contract.md, docs/cli.md and docs/plugins/reference.md from the code
	@$(BIN)/python -m envwright.contract.generate
	@$(BIN)/python -m envwright.plan.generate
	@$(BIN)/python -m envwright.cli.reference
	@$(BIN)/python -m envwright.scaffold.reference

# Pinned with hashes and without a host, so that any package index serves it; with extras, for which pip would otherwise
# take a newer release than the pinned one, and miss its hash.
lock: .venv/runtime ## Refresh the lock files from pyproject.toml
	@$(BIN)/pip install -q uv==$(UV_VERSION)
	@set -e; compile="$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-strip-extras"; \
	export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	$$compile pyproject.toml --group build -o requirements.lock; \
	$$compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove the virtual environment, caches and the demo's output
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov demo dist bench/out
	@find core plugins hooks tests bench -name __pycache__ -prune -exec rm -rf {} +

# What runs envwright, and what is needed on top to work on it. Each stamp is as old as its lock file.
.venv/runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "envwright needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@echo 'Making .venv from requirements.lock'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q core plugins hooks
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@echo 'Installing the tools of requirements-dev.lock'
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
