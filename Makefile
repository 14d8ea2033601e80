# `make run` serves the desk, `make test` is the gate; CONTRIBUTING.md says more.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST ?= -n auto --maxprocesses 4 --dist worksteal

UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_INSTALLED := $(VENV)/.uv-$(UV_VERSION)
INSTALLED := $(VENV)/.installed
INSTALLED_FOR_TESTS := $(VENV)/.installed-for-tests
LOCK := requirements.lock
LOCK_FOR_BUILDING := requirements-build.lock
LOCK_FOR_TESTS := requirements-dev.lock
# Once there, the tools of the tests stay, so that `make run` and `make test` do not undo each other.
ACTIVE_LOCKS = $(if $(wildcard $(INSTALLED_FOR_TESTS)),$(LOCK_FOR_TESTS),$(LOCK) $(LOCK_FOR_BUILDING))
BUILD_INPUTS := pyproject.toml build_hook.py package.json package-lock.json .npmrc
WIDGET := $(wildcard app/static/widget/*)

# Without bytecode every start compiles every library again, which takes several times as long as the start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check fix bench faults lock catalogs clean
.NOTPARALLEL:

run: $(INSTALLED) app/static/vendor
	@exec $(BIN)/madoguchi run --host $(HOST) --port $(PORT)

test: $(INSTALLED_FOR_TESTS) app/static/vendor
	@.ci/provision
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest $(PYTEST) -m "not long"

check: $(INSTALLED_FOR_TESTS)
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/deptry .

fix: $(INSTALLED_FOR_TESTS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED_FOR_TESTS)
	SCALE=$(SCALE) $(BIN)/python -m benchmarks

faults: $(INSTALLED_FOR_TESTS)
	@.ci/provision
	$(BIN)/pytest -m long

# New versions: `make lock UPGRADE=--upgrade`.
lock: $(UV_INSTALLED)
	$(COMPILE) pyproject.toml -o $(LOCK)
	$(COMPILE) --group build -c $(LOCK) -o $(LOCK_FOR_BUILDING)
	$(COMPILE) pyproject.toml --group build --group test --group check -c $(LOCK) -o $(LOCK_FOR_TESTS)

# Texts in code and templates to catalogs: what is new waits there for its Japanese, what nobody uses goes.
catalogs: $(INSTALLED_FOR_TESTS)
	@$(BIN)/pybabel -q extract -F babel.cfg -k mark --no-location --sort-output --omit-header -o $(VENV)/madoguchi.pot .
	@for locale in ja en; do \
		mkdir -p app/locale/$$locale/LC_MESSAGES; \
		$(BIN)/pybabel -q update -D madoguchi -d app/locale -l $$locale -i $(VENV)/madoguchi.pot --init-missing \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --omit-header --no-wrap; \
	done
	@rm -f $(VENV)/madoguchi.pot

clean:
	rm -rf $(VENV) app/static/vendor dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate $(UPGRADE)
SYNC = $(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes
INSTALL_PROJECT = $(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .

$(INSTALLED): $(UV_INSTALLED) $(LOCK) $(LOCK_FOR_BUILDING) $(BUILD_INPUTS)
	@echo "Installing the locked dependencies into $(VENV) and the browser files into app/static/vendor"
	@$(SYNC) $(ACTIVE_LOCKS)
	@$(INSTALL_PROJECT)
	@touch $@

$(INSTALLED_FOR_TESTS): $(UV_INSTALLED) $(LOCK) $(LOCK_FOR_TESTS) $(BUILD_INPUTS)
	@echo "Installing the locked dependencies and the tools of the tests into $(VENV)"
	@$(SYNC) $(LOCK_FOR_TESTS)
	@$(INSTALL_PROJECT)
	@touch $(INSTALLED) $@

# A deleted app/static/vendor comes back, and a changed widget is bundled anew.
app/static/vendor: $(WIDGET) | $(INSTALLED)
	@$(INSTALL_PROJECT)
	@touch $@

$(UV_INSTALLED):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Madoguchi needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) has no venv: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
