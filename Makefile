# Casework. `make help` lists what can be made.

PYTHON3 ?= python3
SIZE ?= 600
SEED ?= 12338
export PYTHON3

PYTHON := .venv/bin/python

# The environment is as new as the requirements' text and the Python that made it, whatever their dates.
hash = $(shell { cat $(1); $(PYTHON3) -V 2>&1; } | sha256sum | cut -c1-16)
DEV := .venv/ready-dev-$(call hash,requirements.txt requirements-dev.txt)
# The environment for the tests holds all that the product runs on.
RUNTIME := $(or $(wildcard $(DEV)),.venv/ready-runtime-$(call hash,requirements.txt))

# Demo accounts sign in with the password alone, whatever the environment asks of others.
DEMO := CASEWORK_INSTANCE=instance-demo CASEWORK_KIND=demo CASEWORK_TOTP=offered

.DEFAULT_GOAL := help
.PHONY: help run demo test check format bench drill pictures requirements clean

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(RUNTIME) ## start the server and its scheduler on 127.0.0.1:12338
	@exec $(PYTHON) -m casework.serve

demo: $(RUNTIME) ## the same with a made-up county (SIZE=600 cases, SEED=12338)
	@[ -e instance-demo/accounts.json ] || \
		$(DEMO) $(PYTHON) -m flask --app wsgi demo load --size $(SIZE) --seed $(SEED)
	@exec env $(DEMO) $(PYTHON) -m casework.serve

test: $(DEV) ## run all tests (ARGS="-k name" for some)
	@tools/browser.sh
	@$(PYTHON) -m pytest -q -n 2 --dist loadfile $(ARGS)

check: $(DEV) ## format, lint and types
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy

format: $(DEV) ## write the code as the check wants it
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix

bench: $(DEV) ## measure, and compare with the aims (QUICK=1 for 100,000 cases)
	@$(PYTHON) -m bench $(if $(QUICK),--quick)

drill: $(DEV) ## faults, floods and long days in full (SLICE=1 for a part)
	@$(PYTHON) -m tests.drill $(if $(SLICE),--slice)

pictures: $(DEV) ## pictures of the main screens, to look at
	@tools/browser.sh
	@$(PYTHON) -m tests.pictures

requirements: ## pin the requirements again (UPGRADE=1 for newer ones)
	@UPGRADE=$(UPGRADE) tools/requirements.sh

clean: ## remove what was made here, but no instance
	rm -rf .venv .venv-requirements .pytest_cache .mypy_cache .ruff_cache .hypothesis pictures
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready-dev-%:
	@tools/environment.sh requirements-dev.txt $@

.venv/ready-runtime-%:
	@tools/environment.sh requirements.txt $@
