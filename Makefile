# « make » seul montre l'aide. Chaque verbe installe ce qui lui manque dans .venv, une fois.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

# What a conda, pyenv or Jupyter shell leaves behind must not reach our environment.
unexport PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PROJ_LIB PROJ_DATA GDAL_DATA MPLBACKEND
export JUPYTER_PREFER_ENV_PATH := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help reports pdf demo lab docs pictures test acceptance nu check lint format lock bench soak clean distclean

help: ## montre cette aide
	@echo "Usage : make VERBE"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

reports: $(VENV)/.reports ## construit les diagnostics, la synthèse et l'index dans reports/
	@$(BIN)/qpv report

pdf: $(VENV)/.dev ## construit le site, et imprime en PDF ce qui s'envoie (avec le Chromium de la machine)
	@$(BIN)/qpv report --pdf

# Its own folder and its own register: « make reports » cannot meet them.
demo: export QPV_REGISTER := $(CURDIR)/demo/registre
demo: $(VENV)/.reports ## construit dans demo/ un tableau de bord sur des données fictives
	@rm -rf demo
	@$(BIN)/python -m examples.registre_fictif demo
	@$(BIN)/qpv actions import demo/registre-fictif.xlsx --invented
	@$(BIN)/qpv summer plan --year 2021 --reports demo
	@$(BIN)/qpv summer board --year 2021 --at 2021-04-15 --reports demo --suffix=-avant
	@$(BIN)/qpv summer board --year 2021 --at 2021-09-15 --reports demo --suffix=-apres
	@$(BIN)/qpv summer board --year 2021 --at 2021-07-20 --reports demo
	@$(BIN)/qpv summer export demo/remontee.xlsx --year 2021

lab: $(VENV)/.lab ## ouvre JupyterLab sur le notebook d'exploration (PORT=9000, ARGS=--no-browser)
	@$(BIN)/qpv lab $(if $(PORT),--port $(PORT)) $(ARGS)

docs: $(VENV)/.dev ## construit la documentation dans build/docs/ : un site, à lire sans connexion
	@$(BIN)/python -m sphinx -q -W --keep-going -E -d build/doctrees docs build/docs
	@echo "À ouvrir : build/docs/index.html"

pictures: reports $(VENV)/.dev ## refait les images de la documentation, depuis les pages de reports/
	@$(BIN)/python docs/pictures.py reports

test: lint ## relit le code et passe tous les tests
	@$(BIN)/python -m pytest

acceptance: $(VENV)/.dev ## ce qui est plus long : chaque page au navigateur, fichiers des producteurs, cluster, wheel
	@$(BIN)/python -m pytest -m acceptance

nu: ## installe dans build/ le vérificateur de HTML dont les tests se servent ; il faut npm et Java
	@mkdir -p build/nu && cp requirements/nu/*.json build/nu
	@cd build/nu && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

check: $(VENV)/.reports ## vérifie le catalogue et les tables
	@$(BIN)/qpv check

lint: $(VENV)/.dev ## relit le code : ruff, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## met le code en forme et vide les sorties des notebooks
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/nbstripout notebooks/*.ipynb notebooks/*/*.ipynb

# dev holds all the others: locked first, it constrains them, so that one package has one version.
# Versions already locked stay; « make lock UPGRADE=1 » takes the latest that pyproject.toml admits.
COMPILE := $(BIN)/uv pip compile pyproject.toml --group build --quiet --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade)
lock: $(VENV)/.dev ## recalcule requirements/ depuis pyproject.toml (UPGRADE=1 : versions récentes)
	@$(COMPILE) --extra lab --extra dev --extra pdf --extra browser --extra cluster --extra docs --output-file requirements/dev.txt
	@$(COMPILE) --extra lab --constraint requirements/dev.txt --output-file requirements/lab.txt
	@$(COMPILE) --constraint requirements/dev.txt --output-file requirements/reports.txt

bench: $(VENV)/.reports ## compare le site entier à la boucle des commandes papermill et nbconvert (benchmarks/)
	@$(BIN)/python -m benchmarks

soak: $(VENV)/.reports ## exécute 200 carnets : rien ne doit grandir
	@$(BIN)/python -m benchmarks.soak

clean: ## efface les pages construites et les caches
	@rm -rf reports reports.zip demo build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -path ./$(VENV) -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean ## efface aussi l'environnement .venv et les réglages de JupyterLab
	@rm -rf $(VENV) .jupyter

# --- environment ---------------------------------------------------------------------------------

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "« $(PYTHON) » est introuvable. Installez Python 3.11 ou plus récent, ou indiquez le vôtre : make PYTHON=chemin/vers/python3"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Il faut Python 3.11 ou plus récent ; « $(PYTHON) » est $$("$(PYTHON)" --version 2>&1). Indiquez-en un autre : make PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "L'environnement .venv n'a pas pu être créé. Sous Debian ou Ubuntu : apt install python3-venv"; exit 1; }

# $(call install,NAME): the locked packages, checked by their hashes, then this project itself.
define install
	@echo "Installation de requirements/$(1).txt dans $(VENV) : une à trois minutes, une seule fois."
	@$(PIP) install --quiet --require-hashes -r requirements/$(1).txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
endef

$(VENV)/.reports: requirements/reports.txt pyproject.toml | $(BIN)/python
	$(call install,reports)
	@touch $@

$(VENV)/.lab: requirements/lab.txt pyproject.toml | $(BIN)/python
	$(call install,lab)
	@touch $(VENV)/.reports $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(call install,dev)
	@touch $(VENV)/.reports $(VENV)/.lab $@
