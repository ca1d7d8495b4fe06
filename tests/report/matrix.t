#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the matrix of kept runs counts devices, not rows, keeps views apart, and says so when nothing was kept.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_alone);

my $MATRIX = dirname(abs_path(__FILE__)) . '/matrix';
my $FOLDER = tempdir(CLEANUP => 1);

# One device in two slots is one device; another one is in the other view; engines that are no virtio devices
# have no mode.
run('alpha-one', '# matrix: device and mode   descriptors buffer-read', '# matrix: rng@00:03.0/accepted bus -',
	'# matrix: rng@00:04.0/accepted bus -', '# matrix: blk@00:05.0/accepted bus bus',
	'# matrix: lsi@00:06.0 bus bus');
run('alpha-two', '# matrix: device and mode   descriptors packed-ring buffer-read',
	'# matrix: net@00:03.0/accepted physical - none');
# The first run, which has not seen all structures.
run('alpha-at-first', '# matrix: device and mode   buffer-read packed-ring', '# matrix: gpu@00:03.0/accepted - bus');
run('sparc64-one', '# matrix: device and mode   descriptors', '# matrix: rng@01:01.0/not-offered physical');

my ($said, $status) = output_alone($MATRIX, $FOLDER);
is($status, 0, 'passes');
like($said, qr/^\| alpha \| descriptors \| packed ring \| buffer read \|$/m, 'has the structures in their order');
like($said, qr/^\| `accepted` \| bus 2, physical 1 \| bus 1 \| bus 1, none 1 \|$/m, 'counts devices, by view');
like($said, qr/^\| `not-offered` \| physical 1 \|  \|  \|$/m, 'has a table for each machine');
unlike($said, qr/lsi|\bbus 3/, 'leaves engines without modes out');

($said, $status) = output_alone($MATRIX, "$FOLDER/nothing");
is($status, 2, 'fails when nothing was kept');
done_testing();

sub run ($name, @lines) {
	path("$FOLDER/tap/gate/installed/$name")->touchpath->spew_raw(
		map { "$_\n" } '1..1', 'ok 1 - a.b/c', @lines, '# run: version 7.2');
	return;
}
