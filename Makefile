# Every task of the project. `make help` lists them; what is longer than a line or two is in scripts/.

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo unreleased)
# The style sheet keeps only what the templates use, so it is made from them too.
ASSET_SOURCES := $(shell find assets/src assets/build.mjs -type f) \
	$(shell find templates -name '*.templ' -o -name '*.go' ! -name '*_templ.go' ! -name '*_test.go')
NPM_CI = npm ci --no-audit --no-fund --loglevel=error

export CGO_ENABLED = 0

.DEFAULT_GOAL := help
.PHONY: help run test build lint bench round-trip fmt e2e assets generate screenshot clean \
	setup setup-run setup-test setup-lint generate-changed

help: ## Lists what there is to make
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Builds and serves http://127.0.0.1:8080 with demo content; needs no other server
	GRASSROOTS_DEMO="$${GRASSROOTS_DEMO-1}" exec bin/grassroots serve

test: setup-test build e2e/node_modules/.stamp ## Runs every test, on SQLite and Postgres and in a browser
	scripts/test.sh

# Without -trimpath, which the container file has: with it, everything is compiled once for this and again for the tests.
build: setup-run assets generate-changed ## Builds bin/grassroots
	go build -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/grassroots ./cmd/grassroots

lint: setup-lint ## Checks formatting, code, generated files, modules, scripts and what ships
	scripts/lint.sh

bench: setup-test build e2e/node_modules/.stamp ## Measures pages and votes against what the parts can do at best, drawing the map, and what is found of patient data
	go run ./bench
	npm run --silent map-speed --prefix e2e
	go test -count=1 -run TestLabelled -bench . -v ./models/personal | grep -E 'measured|ns/op'

round-trip: setup-test ## Takes 10,000 case studies out, in and out again on both databases and compares every byte; `make test` does 60
	GRASSROOTS_TEST_BUNDLE=$${GRASSROOTS_TEST_BUNDLE:-10000} go test -count=1 -timeout 3h -run RoundTrip -v ./app/bundles

fmt: ## Formats the Go and the templates
	gofmt -w $$(git ls-files --cached --others --exclude-standard -- '*.go' | grep -v '_templ\.go$$')
	go tool templ fmt templates

generate: setup-run ## Writes the files that are made from others and committed
	scripts/generate.sh

assets: assets/dist/manifest.json ## Builds the style sheet and scripts

e2e: setup-test build e2e/node_modules/.stamp ## Runs the browser tests alone
	npm test --prefix e2e

screenshot: build e2e/node_modules/.stamp ## Makes the pictures in docs/images from the demo
	npm run --silent screenshot --prefix e2e

setup: setup-run setup-test setup-lint assets/node_modules/.stamp e2e/node_modules/.stamp ## Installs what building, testing and linting need, or says what to install

clean: ## Removes what was built and installed here, never the data
	rm -rf bin .venv assets/node_modules e2e/node_modules e2e/results
	find assets/dist -type f ! -name .gitkeep -delete

# Each of the three looks for other things and takes no time when nothing is missing. They wait for one another, since
# two package managers cannot run at once.
setup-run:
	@scripts/setup.sh run

setup-test: setup-run
	@scripts/setup.sh test

setup-lint: setup-run
	@scripts/setup.sh lint

generate-changed: setup-run
	@scripts/generate.sh --changed

# The stamp is in the folder that npm ci empties first, so an installation that was cut short is not taken for a whole one.
assets/node_modules/.stamp: assets/package-lock.json | setup-run
	cd assets && $(NPM_CI)
	@mkdir -p $(@D) && touch $@

e2e/node_modules/.stamp: e2e/package-lock.json | setup-run
	cd e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 $(NPM_CI)
	@mkdir -p $(@D) && touch $@

assets/dist/manifest.json: assets/node_modules/.stamp $(ASSET_SOURCES)
	npm run build --silent --prefix assets
	@mkdir -p $(@D) && touch $@
