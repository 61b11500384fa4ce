# Everything that a person or a machine does to this repository.

GO ?= go
TESTFLAGS ?=
DEMOFLAGS ?=

GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ERRCHECK    := github.com/kisielk/errcheck@v1.30.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# What the servers of demo and tests come with. The core packages bring MariaDB's programs
# without a service that starts by itself.
SERVERS  := postgresql mariadb-server-core mariadb-client-core
# The last three are what commands of a runbook call.
PACKAGES := gcc libc6-dev $(SERVERS) pgbouncer chromium jq openssl curl

# SQLite, translated from C, is not looked at for races: it synchronises by what is ours to
# look at, and took most of the time. Nor does each of many processes stay another second.
RACE := -race '-gcflags=modernc.org/sqlite/lib=-race=false'
test: export GORACE := atexit_sleep_ms=0

# Packages whose tests write their golden files anew when given -update.
GOLDEN_PACKAGES = $(shell grep -rlE --include='*_test.go' '"update"|uitest\.Golden' . | xargs -n 1 dirname | sort -u)

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/rotadeck
	@$(GO) build -o bin/rotadeck ./cmd/rotadeck

.PHONY: demo
demo: build ## start a sandbox of real servers and open the console on it
	@.ci/packages $(SERVERS) || echo "the demo leaves out what is missing" >&2
	@./bin/rotadeck demo $(DEMOFLAGS)

.PHONY: screenshots
screenshots: build ## make the pictures in docs/screens anew, from the real console on the sandbox
	@.ci/packages $(SERVERS)
	@./bin/rotadeck demo screenshots docs/screens

.PHONY: deps
deps: ## install the Debian packages that the tests need
	@.ci/packages $(PACKAGES)

.PHONY: test
test: deps ## run every test with the race detector, on real servers
	@$(GO) test $(RACE) -timeout 50m $(TESTFLAGS) ./...

.PHONY: crash
crash: deps ## interrupt rotations at 500 random points, and end each in every way; SEED=n repeats a seed
	@seed=$${SEED:-$$(date +%s)}; \
		out=$$($(GO) test -run '^Test(CrashPoints|FullDisk|FinishByHand)$$' -timeout 2h -v ./providers/endtoend -crashpoints=500 -seed=$$seed -exhaustive) \
			|| { echo "$$out" >&2; exit 1; }; \
		echo "$$out" | grep -E 'crash points of seed|times .*unfinished|^ok'

.PHONY: check
check: deps ## format, vet, lint, import rule, tidy modules, goldens, known vulnerabilities
	@files=$$($(GO) run $(GOFUMPT) -l .); [ -z "$$files" ] || { echo "not gofumpt'ed:" $$files >&2; exit 1; }
	@$(GO) vet ./...
	@$(GO) run $(STATICCHECK) ./...
	@$(GO) run $(ERRCHECK) -ignoretests -exclude .ci/errcheck.txt ./...
	@$(GO) test -count=1 .
	@$(GO) mod tidy -diff
	@state() { git diff -- '*testdata*'; git ls-files --others -- '*testdata*'; }; \
		before=$$(state); $(MAKE) --no-print-directory goldens; \
		[ "$$before" = "$$(state)" ] || { echo "goldens were not current, see: git status" >&2; exit 1; }
	@$(MAKE) --no-print-directory vulns

.PHONY: vulns
vulns: ## look for known vulnerabilities, where their database answers
	@if found=$$($(GO) run $(GOVULNCHECK) ./... 2>&1); then echo "govulncheck: none known"; else \
		echo "$$found" >&2; \
		case "$$found" in \
			*"exit status 3"*) exit 1 ;; \
			*) echo "govulncheck: no answer from the database, not checked" >&2 ;; \
		esac; \
	fi

.PHONY: bench
bench: deps ## measure rotations, frames, key to frame on every screen, and an idle console
	@$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: goldens
goldens: ## rewrite the golden files from what the code does now
	@out=$$($(GO) test -count=1 $(GOLDEN_PACKAGES) -update) || { echo "$$out" >&2; exit 1; }

.PHONY: clean
clean: ## remove what make made
	@rm -rf bin
