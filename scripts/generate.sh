#!/usr/bin/env bash
# Writes the files that are made from others and committed: Go from templ. With --changed only when a template differs
# from the last commit, so that a build of a fresh clone need not compile the generator.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "${1:-}" = --changed ]; then
	changed=$(git ls-files --modified --others --exclude-standard -- '*.templ' 2>/dev/null || true)
	[ -n "$changed" ] || exit 0
fi
go tool templ generate -path templates
