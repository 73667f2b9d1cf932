#!/usr/bin/env bash
# Writes the files that are made from others and committed: Go from templ, and the description of the API from its
# handlers. With --changed only the former, and only when a template differs from the last commit, so that a build of a
# fresh clone need not compile the generator.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "${1:-}" = --changed ]; then
	changed=$(git ls-files --modified --others --exclude-standard -- '*.templ' 2>/dev/null || true)
	[ -z "$changed" ] || go tool templ generate -path templates
	exit 0
fi
go tool templ generate -path templates
description=$(mktemp)
trap 'rm -f "$description"' EXIT
go run ./cmd/grassroots openapi >"$description"
cat "$description" >docs/openapi.json
