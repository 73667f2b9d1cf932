#!/usr/bin/env bash
# Runs every test and closes with a table of which real servers took part. `make test` calls it once everything is built.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

servers=$(mktemp)
trap 'rm -f "$servers"' EXIT
# Each test that has spoken to a real server adds a line to this file: SERVER name: version took part.
export GRASSROOTS_TEST_SERVERS=$servers
failures=()

heading() { printf '\n== %s\n' "$*"; }

# part "what it is" command…: runs a part of the tests, says how long it took, and remembers whether it passed.
part() {
	local name=$1 began=$SECONDS
	shift
	heading "$name"
	"$@" || failures+=("$name")
	printf '%s: %d s\n' "$name" $((SECONDS - began))
}

go_tests() {
	local tests=(go test -p 2 -vet=off -timeout 30m ./...) # make lint vets, and more than this would
	if [ -n "${GRASSROOTS_TEST_POSTGRES_URL:-}" ] || ! has_postgres; then
		"${tests[@]}"
	else
		go run ./models/store/storetest/pg -- "${tests[@]}"
	fi
}

browser_tests() {
	local browser
	if ! browser=$(chromium_path); then
		warn "No Chromium was found, so the browser tests did not run."
		if in_ci; then return 1; fi
		return 0
	fi
	GRASSROOTS_TEST_CHROMIUM=$browser npm test --prefix e2e
}

# The API of the built program, held to the description that it serves.
api_check() {
	if ! schemathesis_path >/dev/null; then
		warn "schemathesis is not installed, so the API was not held to its description."
		if in_ci; then return 1; fi
		return 0
	fi
	if [ -n "${GRASSROOTS_TEST_POSTGRES_URL:-}" ] || ! has_postgres; then
		scripts/api-check.sh
	else
		go run ./models/store/storetest/pg -- scripts/api-check.sh
	fi
}

# took_part postgres: what the tests said of a server, each version once.
took_part() {
	sed -n "s/^SERVER $1: \(.*\) took part\$/\1/p" "$servers" | sort -u | paste -s -d, - | sed 's/,/, /g'
}

# Why a server did not take part: what a test said of it, or else what is to be seen here.
why_not() {
	local said
	said=$(sed -n "s/^SERVER $1: not available (\(.*\))\$/\1/p" "$servers" | head -n 1)
	if [ -n "$said" ]; then
		say "$said"
		return
	fi
	case $1 in
	postgres)
		if has_postgres; then
			say "no test reached it"
		else
			say "no server is installed and GRASSROOTS_TEST_POSTGRES_URL is not set"
		fi
		;;
	meilisearch)
		if [ -n "${GRASSROOTS_TEST_MEILI_URL:-}" ]; then
			say "no test reached GRASSROOTS_TEST_MEILI_URL"
		elif have meilisearch; then
			say "no test reached it"
		else
			say "it is not on the PATH and GRASSROOTS_TEST_MEILI_URL is not set"
		fi
		;;
	schemathesis)
		if ! python_path >/dev/null; then
			say "there is no Python 3.11 or later with venv to install it with"
		elif ! schemathesis_path >/dev/null; then
			say "it could not be installed from PyPI"
		else
			say "it did not get to run"
		fi
		;;
	chromium) if has_chromium; then say "no test reached it"; else say "it is not installed"; fi ;;
	*) say "no test reached it" ;;
	esac
}

# Prints the table, and notes as failures the servers that should have taken part.
closing_table() {
	local server version
	heading "Which real servers took part"
	for server in sqlite postgres bleve meilisearch chromium smtp oidc schemathesis; do
		version=$(took_part "$server")
		if [ -n "$version" ]; then
			printf '  %-12s  took part (%s)\n' "$server" "$version"
			continue
		fi
		printf '  %-12s  did not take part: %s\n' "$server" "$(why_not "$server")"
		case $server in
		sqlite | bleve | smtp) failures+=("$server, which is part of the program or of its tests, did not take part") ;;
		postgres | chromium | oidc | schemathesis) if in_ci; then failures+=("$server did not take part, and in CI it has to"); fi ;;
		esac
	done
}

part "Go tests" go_tests
part "Front-end tests" npm test --prefix assets
part "The API against its description" api_check
part "Browser tests" browser_tests
closing_table

if [ "${#failures[@]}" -gt 0 ]; then
	printf '\nFailed:\n'
	printf '  %s\n' "${failures[@]}"
	exit 1
fi
printf '\nEvery test passed.\n'
