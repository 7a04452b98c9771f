# Every target works on a fresh checkout: it installs what it needs first (nothing when that is there already).
SHELL := /bin/bash
.DEFAULT_GOAL := help
ROOT ?= data/local
SPECS ?= source_specs
export PATH := $(CURDIR)/.tools/node/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help
help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

.PHONY: install
install: ## Brings Node 24, the npm packages and dbt, each from its lock, cached by content
	@scripts/install.sh

.PHONY: install-embedded
install-embedded:
	@scripts/install.sh embedded

.PHONY: demo
demo: install-embedded ## Runs a business week of a small bank end to end and shows what came of it
	@bin/markets demo

.PHONY: lint
lint: install ## Format, lint with types, types, dependency rule, dead code, committed files that follow from the code
	prettier --check --log-level warn .
	tsc -p .
	eslint --cache --cache-location .tools/cache/eslint .
	depcruise --config .dependency-cruiser.cjs --output-type err-long core cli orchestrator streaming reporter
	knip
	bin/markets generate --check
	bin/markets validate-regimes

.PHONY: test
test: install ## Unit, contract, dbt and end-to-end tests (under 15 minutes)
	@scripts/install-test-tools.sh
	@scripts/install-servers.sh --light
	@scripts/test.sh unit end-to-end

.PHONY: integration-test
integration-test: install ## Longer properties, real servers and faults (under 30 minutes); names what it has to skip
	@scripts/install-test-tools.sh
	@scripts/install-servers.sh
	@scripts/test.sh integration

.PHONY: check
check: lint test ## What CI runs on every change
	@scripts/terraform.sh check --if-possible

.PHONY: terraform-check
terraform-check: install ## Format, provider schema, tests and linter of terraform/, offline (needs Terraform and Go)
	@scripts/terraform.sh check

.PHONY: bench
bench: install ## Time, processor time and memory of each step, with ratios to bare DuckDB in the same run
	@scripts/install-servers.sh kafka pstest fake-gcs-server
	node bench/main.ts

.PHONY: fuzz
fuzz: install ## Damaged files, read record by record and range by range (MINUTES=10, MUTATIONS=10000000, SEED=1)
	node bench/fuzz.ts --minutes $(or $(MINUTES),10) $(if $(MUTATIONS),--mutations $(MUTATIONS)) $(if $(SEED),--seed $(SEED))

.PHONY: soak
soak: install ## Hours of cycles in a sandbox, watching memory and the chain of events (CYCLES=500)
	node bench/soak.ts --cycles $(or $(CYCLES),500)

.PHONY: chaos-reporter
chaos-reporter: install ## Reporters that are killed before a regulator with faults: books and ledgers have to agree (EVENTS=100000 KILLS=20 SEED=2026)
	REPORTER_EVENTS=$(or $(EVENTS),100000) REPORTER_KILLS=$(or $(KILLS),20) REPORTER_SEED=$(or $(SEED),2026) \
	  vitest run --project integration test/integration/reporter.test.ts

.PHONY: chaos
chaos: install ## A million messages over Kafka and Pub/Sub into the warehouse while bridges and broker are killed (MESSAGES=1000000 KILLS=10 SEED=2026)
	@scripts/install-servers.sh kafka
	MESSAGES=$(or $(MESSAGES),1000000) KILLS=$(or $(KILLS),10) SEED=$(or $(SEED),2026) AWAY_SECONDS=30 \
	  vitest run --project integration test/integration/bridge.test.ts

.PHONY: validate-specs
validate-specs: install ## Checks every source spec, its rules and its inline tests, and every regime of reports
	@bin/markets --specs $(SPECS) validate-specs
	@bin/markets --specs $(SPECS) validate-regimes

.PHONY: validate-spec
validate-spec: install ## Checks one source spec: make validate-spec SOURCE=murex_trades
	@test -n "$(SOURCE)" || { echo "expected SOURCE=<name>, e.g. make validate-spec SOURCE=murex_trades" >&2; exit 64; }
	@bin/markets --specs $(SPECS) validate-specs $(SOURCE)

.PHONY: test-source
test-source: install ## Sends made-up good and bad rows of one source through the whole lane: make test-source SOURCE=murex_trades
	@test -n "$(SOURCE)" || { echo "expected SOURCE=<name>, e.g. make test-source SOURCE=murex_trades" >&2; exit 64; }
	@bin/markets --specs $(SPECS) test-source $(SOURCE)

.PHONY: dbt-compile dbt-build dbt-test
dbt-compile dbt-build dbt-test: install ## Runs the plain dbt command on the project assembled under ROOT (default data/local)
	@scripts/dbt.sh $(subst dbt-,,$@) "$(ROOT)" "$(SPECS)"

.PHONY: docs
docs: install ## Writes the generated reference and the dbt documentation
	@bin/markets generate
	@scripts/dbt.sh docs "$(ROOT)" "$(SPECS)"

.PHONY: docker-build
docker-build: ## Builds the images with Docker, or says what is missing (PUSH=<repository> pushes them)
	@scripts/docker-build.sh $(if $(PUSH),--push $(PUSH))

.PHONY: pin-images
pin-images: install ## Writes the digests of the base images into the Dockerfiles, as the registries answer
	@node scripts/pin-images.ts $(shell git ls-files '*Dockerfile')

.PHONY: sbom
sbom: install ## The packages of the images as CycloneDX, into .tools/sbom
	@scripts/install-servers.sh deployment-checks
	@node scripts/sbom.ts

.PHONY: deploy-int
deploy-int: ## Terraform and the lane on Kubernetes, in int, or says what is missing (IMAGE=<image by digest>)
	@scripts/deploy.sh int

.PHONY: clean
clean: ## Removes what was installed and made, data/local excepted
	rm -rf node_modules .tools data/demo
