#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Installs what the other scripts need into a container of Debian: prepare.sh build, prepare.sh run.
#
# build is for build.sh, and holds what QEMU is built with; run is for fetch.sh, gate.sh and report.sh, and holds the
# libraries of such a QEMU. Needs root. Where QEMU is configured in another way, change the lists.
set -eu
. "$(dirname "$0")/common.sh"
answer 1 1 "$@"

case $1 in
build)
	packages="ca-certificates gcc git libattr1-dev libc6-dev libcap-ng-dev libglib2.0-dev libpixman-1-dev
		libslirp-dev make meson ninja-build pkg-config python3-venv"
	;;
run)
	packages="ca-certificates curl libattr1 libcap-ng0 libglib2.0-0 libjson-xs-perl libpixman-1-0 libslirp0
		libxml-writer-perl libyaml-libyaml-perl perl xz-utils"
	;;
*) bad "$1: neither build nor run" ;;
esac

apt-get update || die "the lists of packages could not be fetched"
# shellcheck disable=SC2086 # they are several words
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages ||
	die "the packages could not be installed"
