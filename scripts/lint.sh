#!/usr/bin/env bash
# Runs every check that needs no test, goes on after one that fails, and closes with the list. It changes no file of the
# tree. `make lint` calls it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=()
warnings=()

# check "what it is" command…: runs a check and remembers whether it passed.
check() {
	local name=$1
	shift
	printf '== %s\n' "$name"
	"$@" || failures+=("$name")
}

# The project's own files, whether committed yet or not.
files() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do [ ! -f "$file" ] || say "$file"; done; }

gofmt_check() {
	local unformatted
	unformatted=$(files '*.go' | xargs gofmt -l)
	[ -z "$unformatted" ] || { warn "not formatted, run make fmt: $unformatted" && return 1; }
}

# Regenerates in a copy, so that a drift is reported and not mended behind one's back.
templ_check() {
	local copy=$scratch/templ result=0 file
	mkdir "$copy"
	{ files go.mod go.sum && files '*.templ'; } | tar -cf - -T - | tar -xf - -C "$copy"
	(cd "$copy" && go tool templ generate -path templates >"$scratch/templ.log" 2>&1) || { cat "$scratch/templ.log" && return 1; }
	while read -r file; do
		if [ ! -f "$copy/$file" ]; then
			warn "$file is made from no template: remove it" && result=1
		fi
	done < <(files '*_templ.go')
	while read -r file; do
		diff -u "$file" "$copy/$file" || result=1
	done < <(cd "$copy" && find templates -name '*_templ.go')
	[ "$result" = 0 ] || warn "the Go made from templates is not up to date, run make generate"
	return "$result"
}

openapi_check() {
	[ -f docs/openapi.json ] || return 0
	go build -o "$scratch/grassroots" ./cmd/grassroots &&
		(cd "$scratch" && ./grassroots openapi) >"$scratch/openapi.json" || return 1
	diff -u docs/openapi.json "$scratch/openapi.json" || { warn "docs/openapi.json is not up to date, run make generate" && return 1; }
}

# Only what reaches people counts: the packages whose code is bundled into the assets, not the tools that bundle it.
# A registry that cannot be asked is no fault of the change that is checked, so that is said but does not fail.
audit_check() {
	local report=$scratch/audit.json
	(cd assets && npm audit --omit=dev --json >"$report" 2>"$scratch/audit.log") && return 0
	if grep -q '"vulnerabilities"' "$report"; then
		(cd assets && npm audit --omit=dev) || true
		return 1
	fi
	warnings+=("npm audit could not ask the registry, so what ships was not audited")
}

# What is known of the Go modules and the standard library counts where our code reaches it: govulncheck then exits with
# 3. A database that cannot be asked is no fault of the change that is checked, so that is said but does not fail.
govulncheck_check() {
	local report=$scratch/govulncheck result=0
	go tool govulncheck ./... >"$report" 2>&1 || result=$?
	if [ "$result" != 0 ] && [ "$result" != 3 ] && grep -q 'fetching vulnerabilities' "$report"; then
		warnings+=("govulncheck could not ask the vulnerability database, so the Go code was not checked: $(tail -n 1 "$report")")
		return 0
	fi
	[ "$result" = 0 ] || cat "$report" >&2
	return "$result"
}

# Whether go.mod says what the code needs can only be told with the modules of others at hand. Where they cannot be
# fetched, that is said but does not fail.
modules_check() {
	local difference=$scratch/tidy.diff
	go mod verify || return 1
	go mod tidy -diff >"$difference" 2>"$scratch/tidy.log" && return 0
	if [ -s "$difference" ]; then
		cat "$difference"
		warn "go.mod or go.sum is not tidy, run go mod tidy"
		return 1
	fi
	cat "$scratch/tidy.log" >&2
	warnings+=("go mod tidy could not fetch what it compares with, so go.mod was not checked")
}

compose_check() {
	if docker compose version >/dev/null 2>&1; then
		env POSTGRES_PASSWORD=x MEILI_MASTER_KEY=xxxxxxxxxxxxxxxx GRASSROOTS_SECRET=x GRASSROOTS_BASE_URL=https://x docker compose config -q
	else
		say "docker compose is not installed; make test reads the file as YAML and holds its rules"
	fi
}

shell_check() {
	local scripts=(scripts/*.sh .ci/run)
	shellcheck -x "${scripts[@]}"
}

check gofmt gofmt_check
check "go vet" go vet ./...
check staticcheck go tool staticcheck ./...
check "Go made from templates" templ_check
check "OpenAPI description" openapi_check
check "Go modules" modules_check
check govulncheck govulncheck_check
check "npm audit of what ships" audit_check
check shellcheck shell_check
check docker-compose.yml compose_check

[ "${#warnings[@]}" = 0 ] || printf '\nWARNING: %s\n' "${warnings[@]}"
if [ "${#failures[@]}" -gt 0 ]; then
	printf '\nFailed:\n'
	printf '  %s\n' "${failures[@]}"
	exit 1
fi
printf '\nEvery check passed.\n'
