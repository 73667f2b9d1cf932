# shellcheck shell=bash
# What the other scripts share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

say() { printf '%s\n' "$*"; }

warn() { printf '%s\n' "$*" >&2; }

die() {
	warn "$*"
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# In CI nothing may be left out: what is only named elsewhere fails there.
in_ci() { [ "${CI:-}" = true ] || [ "${CI:-}" = 1 ]; }

# True where this script may install packages itself.
can_apt() { have apt-get && [ "$(id -u)" = 0 ]; }

# Prints the folder of the newest Postgres server, 15 or later, if there is one.
postgres_folder() {
	local folder version best='' best_version=14
	for folder in "$(dirname "$(command -v postgres 2>/dev/null || echo /nowhere/postgres)")" \
		/usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
		/opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
		if [ ! -x "$folder/postgres" ] || [ ! -x "$folder/initdb" ]; then continue; fi
		version=$("$folder/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
		if [ "${version:-0}" -gt "$best_version" ]; then
			best=$folder
			best_version=$version
		fi
	done
	[ -n "$best" ] && say "$best"
}

# True when the tests can have a Postgres: one that is named, or one to start.
has_postgres() { [ -n "${GRASSROOTS_TEST_POSTGRES_URL:-}" ] || [ -n "$(postgres_folder)" ]; }

# Prints the browser that the browser tests drive, if there is one.
chromium_path() {
	local candidate
	for candidate in "${GRASSROOTS_TEST_CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
		"/Applications/Chromium.app/Contents/MacOS/Chromium" \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
		if [ -n "$candidate" ] && have "$candidate"; then
			command -v "$candidate"
			return
		fi
	done
	return 1
}

has_chromium() { chromium_path >/dev/null; }

# Where what is installed from PyPI is: within the project, and ignored by git.
python_folder=$root/.venv

# Prints a Python that schemathesis runs on and that can make an environment, if there is one.
python_path() {
	local candidate
	for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
		if have "$candidate" && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
			command -v "$candidate"
			return
		fi
	done
	return 1
}

# Prints the schemathesis of the version that scripts/schemathesis.txt pins, if it is installed whole.
schemathesis_path() {
	if cmp -s scripts/schemathesis.txt "$python_folder/installed.txt"; then
		say "$python_folder/bin/schemathesis"
	else
		return 1
	fi
}
