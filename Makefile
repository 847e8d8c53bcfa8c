# Everything runs in .venv, which is made on first use: Python 3.11 or newer and make are all that is needed.

BIN := .venv/bin
READY := .venv/.ready
NODE := tests/node/node_modules/.ready

.PHONY: demo test check contracts faults bodies bench lock clean
.DEFAULT_GOAL := demo

demo: $(READY)  ## the whole 2023 plan on real servers; leaves out/demo/
	@$(BIN)/dondoc demo

test: $(READY) $(NODE)  ## all tests
	@$(BIN)/pytest -n 2 --dist worksteal

check: $(READY)  ## lint, format, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

contracts: $(READY)  ## write docs/contracts/ anew from the code; RELEASE=1 keeps the schemas as what was promised
	@$(BIN)/python -m deploy.contracts $(if $(RELEASE),--release)

faults: $(READY)  ## 50 rounds of faults under load, half an hour and more; ARGS="--round 7" repeats one alone
	@$(BIN)/python -m tests.faults $(ARGS)
	@$(if $(filter --round --round=%,$(ARGS)),,$(BIN)/pytest tests/integration/test_notifier_two.py -k killed --mails 2000 --kills 100 --timeout 3600)

bodies: $(READY)  ## 10,000 bodies made by hypothesis for each way of posting; COUNT=1000 makes so many
	@$(BIN)/pytest tests/abuse/test_many_bodies.py --bodies $(or $(COUNT),10000) --timeout 3600

bench: $(READY)  ## the figures of docs/performance.md, measured here; leaves out/bench/bench.json
	@$(BIN)/python -m tests.bench

lock: $(READY)  ## write the lock files anew from pyproject.toml; UPGRADE=1 takes newer versions
	@deploy/lock.sh $(if $(UPGRADE),--upgrade)

clean:  ## remove what was made; the plans' data in .dondoc/ stays
	@rm -rf .venv out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/node/node_modules
	@find deploy services shared tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml deploy/venv.sh
	@deploy/venv.sh

$(NODE): tests/node/package-lock.json tests/node/install.sh | $(READY)
	@tests/node/install.sh
