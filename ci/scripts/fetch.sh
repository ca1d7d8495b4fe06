#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Brings a release of busproof: fetch.sh URL SHA256.
#
# URL is that of busproof-images-VERSION.tar.xz, and SHA256 the checksum that you took down when you chose that version:
# an archive with any other is refused. It is kept in busproof-work/archive, is not fetched again while its checksum
# is right, and is unpacked into busproof-work/release. What may pass by itself (no answer, a server that is busy) is
# tried five times.
set -eu
. "$(dirname "$0")/common.sh"
answer 2 2 "$@"
url=$1
sum=$(printf '%s' "$2" | tr A-F a-f)

if [ ${#sum} -ne 64 ] || [ -n "$(printf '%s' "$sum" | tr -d 0-9a-f)" ]; then
	bad "$2: is no SHA-256, which has 64 digits of 0-9 and a-f"
fi

sum_of() {
	sha256sum <"$1" | cut -d ' ' -f 1
}

archive=$WORK/archive/$sum.tar.xz
mkdir -p "$WORK/archive"
if [ ! -e "$archive" ] || [ "$(sum_of "$archive")" != "$sum" ]; then
	rm -f "$archive"
	curl --fail --silent --show-error --location --retry 4 --retry-connrefused --connect-timeout 30 --max-time 600 \
		--output "$archive.part" "$url" || die "$url: could not be fetched"
	found=$(sum_of "$archive.part")
	if [ "$found" != "$sum" ]; then
		rm -f "$archive.part"
		die "$url: has the SHA-256 $found, and must have $sum"
	fi
	mv "$archive.part" "$archive"
fi

rm -rf "$WORK/release"
mkdir "$WORK/release"
tar -C "$WORK/release" --strip-components=1 --no-same-owner -xJf "$archive" || die "$url: could not be unpacked"
"$(busproof)" --version || die "$url: the busproof in it does not run"
