#!/usr/bin/env bash
# Holds the API of the built program to its own description: schemathesis reads /api/openapi.json as it is served, makes
# requests that fit it and requests that do not, and looks for failures of the server and for answers that are not as
# described. Once with SQLite, and once with Postgres where there is one. The requests are the same on every run. What
# fails is printed with the curl command that shows it; the token to put in stands above.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

program=$root/bin/grassroots
[ -x "$program" ] || die "$program is not there: run make build."
tool=$(schemathesis_path) || die "schemathesis is not there: run scripts/setup.sh test."
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,unsupported_method,negative_data_rejection
phases=examples,coverage,fuzzing

# It takes half a minute; more than ten times that is a fault of its own.
if have timeout; then limit=(timeout 400); else limit=(env); fi

folder=$(mktemp -d)
server=''
stop() {
	[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
	server=''
}
trap 'stop; rm -rf "$folder"' EXIT

# The program is given these settings and no other of the environment, and starts where no .env is.
in_folder() { (cd "$1" && shift && exec env -i PATH="$PATH" HOME="$folder" "${settings[@]}" "$@"); }

# serve DATA: starts the program and waits until it is ready; sets url.
serve() {
	local tries=600
	# Not through in_folder, whose shell would be what is ended in place of the program.
	(cd "$1" && exec env -i PATH="$PATH" HOME="$folder" "${settings[@]}" "$program" serve) >"$1/printed" 2>&1 &
	server=$!
	url=''
	until [ -n "$url" ] && curl -fsS -o /dev/null "$url/readyz" 2>/dev/null; do
		url=$(sed -n 's/^Grassroots is at \(http[^ ]*\).*/\1/p' "$1/printed")
		tries=$((tries - 1))
		if [ "$tries" = 0 ] || ! kill -0 "$server" 2>/dev/null; then
			cat "$1/printed" >&2
			die "The program did not begin to serve."
		fi
		sleep 0.1
	done
}

# check NAME EXAMPLES SETTING…: serves with the settings and demo content, and holds that to its description. EXAMPLES
# says how many requests are made up for each operation, beside those at the edges of what it takes.
check() {
	local name=$1 examples=$2 result=0 token
	shift 2
	settings=(GRASSROOTS_ADDR=127.0.0.1:0 GRASSROOTS_LOG=warn GRASSROOTS_LIMITS_OFF=1 "GRASSROOTS_DATA_DIR=$folder/$name/data" "$@")
	mkdir "$folder/$name"
	in_folder "$folder/$name" "$program" migrate >/dev/null
	in_folder "$folder/$name" "$program" demo >/dev/null
	token=$(in_folder "$folder/$name" "$program" token create --email schemathesis@nhs.net --name schemathesis)
	serve "$folder/$name"
	say "schemathesis against $name; the token is $token"
	(cd "$folder/$name" && "${limit[@]}" "$tool" --config-file "$root/scripts/schemathesis.toml" run "$url/api/openapi.json" --header "Authorization: Bearer $token" --checks "$checks" \
		--phases "$phases" --max-examples "$examples" --generation-deterministic --continue-on-failure \
		--request-timeout 20 --output-sanitize false --no-color) || result=1
	stop
	if [ "$result" != 0 ] && [ -s "$folder/$name/printed" ]; then cat "$folder/$name/printed"; fi
	return "$result"
}

# limited: the same when a token may ask once within a minute: nearly every answer is then a 429, which is described too.
limited() {
	local result=0
	phases=examples checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
		check limits 1 GRASSROOTS_LIMITS_OFF=0 GRASSROOTS_LIMIT_TOKEN=1 || result=1
	return "$result"
}

# stateful: goes on with what answers hold, by the links that schemathesis infers from the description: what one answer
# names is read, changed and removed by the next request, and what is gone has to stay gone.
stateful() {
	local result=0
	phases=stateful checks+=,use_after_free,ensure_resource_availability check stateful 60 || result=1
	return "$result"
}

# with_database: makes a database of its own on the Postgres of the tests for the check, and drops it again.
with_database() {
	local psql name address result=0
	psql=$(postgres_folder)/psql
	[ -x "$psql" ] || psql=$(command -v psql) || { say "schemathesis did not run against postgres: psql is not there to make a database" && return; }
	name=grassroots_api_check_$$
	address=$(say "$GRASSROOTS_TEST_POSTGRES_URL" | sed -E "s#^([a-z]+://[^/]*)(/[^?]*)?#\\1/$name#")
	"$psql" -qX "$GRASSROOTS_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
	check postgres 1 "GRASSROOTS_DATABASE_URL=$address" GRASSROOTS_SECRET=a-secret-of-the-tests-that-keeps-nothing-safe || result=1
	"$psql" -qX "$GRASSROOTS_TEST_POSTGRES_URL" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"
	return "$result"
}

failed=''
check sqlite 5 || failed=yes
limited || failed=yes
stateful || failed=yes
if [ -n "${GRASSROOTS_TEST_POSTGRES_URL:-}" ]; then with_database || failed=yes; fi
if [ -n "${GRASSROOTS_TEST_SERVERS:-}" ]; then
	say "SERVER schemathesis: $("$tool" --version | sed 's/.* //') took part" >>"$GRASSROOTS_TEST_SERVERS"
fi
[ -z "$failed" ]
