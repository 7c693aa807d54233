# make demo | test | bench | lab | wheelhouse | clean: each prepares .venv itself when it is missing or stale.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEELS := wheelhouse
# With a filled wheelhouse nothing is fetched: make demo OFFLINE=1
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-compile $(if $(OFFLINE),--no-index --find-links $(WHEELS))

.PHONY: demo test bench lab wheelhouse clean
.DELETE_ON_ERROR:

demo: $(VENV)/run.stamp
	$(BIN)/follow-money demo demo

test: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks main-job

lab: $(VENV)/run.stamp
	$(BIN)/follow-money lab notebooks

wheelhouse: $(VENV)/dev.stamp
	$(BIN)/python -m pip --disable-pip-version-check download --quiet --no-deps --dest $(WHEELS) -r requirements.lock -r requirements-build.lock
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir $(WHEELS) .
	@echo "Copy $(WHEELS)/ and requirements.lock to the closed network, then:"
	@echo "  python -m pip install --no-index --find-links $(WHEELS) --no-deps -r requirements.lock follow-money"

clean:
	rm -rf $(VENV) $(WHEELS) demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/made.stamp:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12 demo')"
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.lock requirements-build.lock pyproject.toml $(VENV)/made.stamp
	$(PIP) -r requirements-build.lock
	$(PIP) -r requirements.lock
	$(PIP) --no-build-isolation --editable .
# Compiled once here, on every core, and not module by module within the first screening.
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib || true
# The kernels of the money trail likewise: a small region is screened once and thrown away.
	rm -rf $(VENV)/warm && $(BIN)/follow-money demo $(VENV)/warm --people 4000 --json > /dev/null 2>&1 && rm -rf $(VENV)/warm
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(PIP) -r requirements-dev.lock
	@touch $@
