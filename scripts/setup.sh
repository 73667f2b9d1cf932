#!/usr/bin/env bash
# Finds what is missing to build (setup.sh run), to test (setup.sh test) or to lint (setup.sh lint). On Debian and
# Ubuntu, as root, it installs the missing packages; elsewhere it says which to install. The packages of npm are not its
# business: the Makefile brings those.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

need=${1:-run}
missing=() # one word for each thing that is missing: what names_for knows

check_toolchain() {
	local wanted found
	wanted=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' go.mod)
	have go || die "Go $wanted or later is needed: install it from https://go.dev/dl/ and put its bin folder on the PATH."
	found=$(go env GOVERSION 2>/dev/null) || die "Go $wanted or later is needed; $(go version 2>/dev/null || echo 'this Go') cannot build this."
	at_least "${found#go}" "$wanted" || die "Go $wanted or later is needed, and this is ${found#go}: install a newer one from https://go.dev/dl/."
	have node || die "Node 20 or later is needed: install it from https://nodejs.org/."
	found=$(node --version)
	at_least "${found#v}" 20.0 || die "Node 20 or later is needed, and this is ${found#v}: install a newer one from https://nodejs.org/."
	have npm || die "npm is needed: it comes with Node from https://nodejs.org/, and as the package npm on Debian."
	have git || die "git is needed: install it with the system's package manager."
}

# at_least 1.26.8 1.26: compares the first two numbers.
at_least() {
	local major=${1%%.*} rest=${1#*.} wanted_major=${2%%.*} wanted_rest=${2#*.}
	local minor=${rest%%[!0-9]*} wanted_minor=${wanted_rest%%[!0-9]*}
	[ "$major" -gt "$wanted_major" ] || { [ "$major" -eq "$wanted_major" ] && [ "${minor:-0}" -ge "${wanted_minor:-0}" ]; }
}

# Debian has Chromium without a window as a package of its own, which takes 60% of the time for the same tests. It is
# worth installing beside a Chromium that is there, and no reason to stop when it cannot be had.
on_debian() { grep -qsx 'ID=debian' /etc/os-release; }

faster_chromium() { [ -z "${GRASSROOTS_TEST_CHROMIUM:-}" ] && can_apt && on_debian && ! have chromium-headless-shell; }

find_missing() {
	missing=()
	if [ "$need" = test ]; then
		has_postgres || missing+=(postgres)
		has_chromium || missing+=(chromium)
		python_path >/dev/null || missing+=(python)
	fi
	if [ "$need" = lint ]; then
		have shellcheck || missing+=(shellcheck)
	fi
}

# names_for apt postgres: what a package manager calls it.
names_for() {
	case "$1:$2" in
	apt:postgres) say postgresql ;;
	apt:chromium) if on_debian; then say chromium-headless-shell fonts-liberation; else say chromium fonts-liberation; fi ;;
	apt:python) say python3-venv curl ;;
	brew:python) say python@3.13 ;;
	dnf:python) say python3 curl ;;
	brew:postgres) say postgresql@17 ;;
	brew:chromium) say --cask chromium ;;
	dnf:postgres) say postgresql-server ;;
	dnf:shellcheck) say ShellCheck ;;
	pacman:postgres) say postgresql ;;
	*) say "$2" ;;
	esac
}

install_with_apt() {
	local packages=() thing name policy=/usr/sbin/policy-rc.d made_policy=''
	for thing in "${missing[@]}"; do
		for name in $(names_for apt "$thing"); do packages+=("$name"); done
	done
	say "Installing ${packages[*]} with apt-get."
	# The tests start a Postgres of their own, so the package's must not start one for the whole machine.
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made_policy=yes
	fi
	local result=0
	{
		apt-get -o DPkg::Lock::Timeout=300 update -q &&
			DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends "${packages[@]}"
	} </dev/null || result=$?
	[ -z "$made_policy" ] || rm -f "$policy"
	return "$result"
}

say_what_to_install() {
	local manager='' command='' thing
	if have apt-get; then
		manager=apt command='sudo apt-get install'
	elif have brew; then
		manager=brew command='brew install'
	elif have dnf; then
		manager=dnf command='sudo dnf install'
	elif have pacman; then
		manager=pacman command='sudo pacman -S'
	fi
	for thing in "${missing[@]}"; do
		if [ -n "$manager" ]; then
			warn "$thing is missing. Install it with: $command $(names_for "$manager" "$thing")"
		else
			warn "$thing is missing. Install it with the system's package manager."
		fi
	done
}

# What is checked with a program of PyPI's is installed by its own means, into a folder of the project: the versions and
# the checksums of all of it are pinned. The file that says so comes last, so that half an installation is not taken for
# a whole one.
install_schemathesis() {
	local python
	if schemathesis_path >/dev/null || ! python=$(python_path); then return; fi
	say "Installing schemathesis into $python_folder."
	rm -rf "$python_folder"
	if "$python" -m venv "$python_folder" &&
		"$python_folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r scripts/schemathesis.txt; then
		cp scripts/schemathesis.txt "$python_folder/installed.txt"
	else
		warn "schemathesis could not be installed from PyPI, so the API is not held to its description. Try again when PyPI can be reached."
		if in_ci; then exit 1; fi
	fi
}

case "$need" in
run | test | lint) ;;
*) die "usage: scripts/setup.sh run|test|lint" ;;
esac

check_toolchain
find_missing
if [ "$need" = test ] && has_chromium && faster_chromium; then missing+=(chromium); fi
if [ "${#missing[@]}" -gt 0 ] && can_apt; then
	install_with_apt || warn "apt-get did not succeed."
	find_missing
fi
[ "$need" != test ] || install_schemathesis
[ "${#missing[@]}" -gt 0 ] || exit 0
say_what_to_install
if in_ci || [ "$need" = lint ]; then
	die "Cannot go on without: ${missing[*]}."
fi
warn "Going on without: ${missing[*]}. The tests that need it do not run, and the closing table says so."
