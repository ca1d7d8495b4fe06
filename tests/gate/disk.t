#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/gate/boot looks at scratch disks byte by byte: programs that only pretend to be QEMU write what the
# firmware says it wrote, and something else, somewhere else or nothing. Names on the command line: only these.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Boot qw(SEED WROTE chosen judge write_disk guest_sector);

my $GOOD = "TAP version 14\n1..2\nok 1 - one\nok 2 - two\n";
my $PASS = "# busproof: PASS\n";
my $SEED = SEED;
my $WROTE = WROTE;
my $FULFIL = guest_sector(17);

my $NO_LINE = 'blk@00:0f.0: its accesses: no line';
my $SKIPPED = 'nothing written, nothing stray: the firmware skipped it';

my @GOOD = (
	{ name => 'the disk was skipped', output => "$GOOD# host-check: disk skipped read only\n$PASS", code => '',
	  like => [qr/^ok 4 - .*# SKIP .*read only/m] },
	{ name => 'ranges, zeroes, discarded sectors, and what the device says',
	  output => "$GOOD# host-check: disk sectors 17-18 seed $SEED\n# host-check: disk sectors 20-21 zeroes\n"
		. "# host-check: disk sectors 30-31 anything\n# host-check: disk says capacity 6144\n"
		. "# host-check: disk says physical_block_size 512\n$PASS",
	  code => $FULFIL . guest_sector(18) . write_disk(20 * 512, "\0" x 1024) . write_disk(30 * 512 + 5, 'X') },
	{ name => 'written twice', output => "$GOOD# host-check: disk sector 17 seed @{['0' x 16]}\n$WROTE$PASS" },
	{ name => 'a disk whose device is not judged',
	  output => "$GOOD# not judged: $NO_LINE\n$PASS", code => '',
	  like => [qr/^ok \d+ - host: disk .*# SKIP \Q$SKIPPED: $NO_LINE\E$/m] },
);

my @BAD = (
	{ name => 'a stray write', output => "$GOOD$WROTE$PASS",
	  code => $FULFIL . write_disk(100 * 512 + 3, 'X'),
	  like => [qr/^ok 3 - /m, qr/^not ok 4 - host: disk disk/m,
		   qr/sector 100 must be unchanged: from byte 3 it holds 'X/] },
	{ name => 'a write to the signature', output => "$GOOD$WROTE$PASS", code => $FULFIL . write_disk(0, 'X'),
	  like => [qr/sector 0 must be unchanged/] },
	{ name => 'a protected sector promised', output => "$GOOD# host-check: disk sector 7 seed $SEED\n$PASS",
	  code => guest_sector(7), like => [qr/wrote sector 7, outside of 8/, qr/sector 7 must be unchanged/] },
	{ name => 'a sector past the end promised',
	  output => "$GOOD$WROTE# host-check: disk sector 6144 seed $SEED\n$PASS",
	  like => [qr/wrote sector 6144, outside of/] },
	{ name => 'a range kept but for its last sector',
	  output => "$GOOD# host-check: disk sectors 2056-2058 seed $SEED\n$PASS",
	  code => guest_sector(2056) . guest_sector(2057),
	  like => [qr/sector 2058 must hold what the firmware wrote/], unlike => [qr/sector 205[679] must/] },
	{ name => 'a range one sector off',
	  output => "$GOOD# host-check: disk sectors 2056-2057 seed $SEED\n$PASS",
	  code => guest_sector(2057) . guest_sector(2058),
	  like => [qr/sector 2056 must hold what/, qr/sector 2058 must be unchanged/] },
	{ name => 'the last byte of the last sector',
	  output => "$GOOD# host-check: disk sectors 6142-6143 seed $SEED\n$PASS",
	  code => guest_sector(6142) . guest_sector(6143) . write_disk(6144 * 512 - 1, 'X'),
	  like => [qr/sector 6143 must hold what .* from byte 511 it holds 'X'/] },
	{ name => 'zeroes that are none', output => "$GOOD$WROTE# host-check: disk sectors 100-101 zeroes\n$PASS",
	  code => $FULFIL . write_disk(100 * 512, "\0" x 512),
	  like => [qr/sector 101 must hold zeroes: from byte 0 it holds 'busproof host/], unlike => [qr/sector 100/] },
	{ name => 'a discard beyond its range',
	  output => "$GOOD$WROTE# host-check: disk sectors 100-101 anything\n$PASS",
	  code => $FULFIL . write_disk(100 * 512, "\0" x 1536),
	  like => [qr/sector 102 must be unchanged: from byte 0 it holds zeroes/], unlike => [qr/sector 10[01]/] },
	{ name => 'a discard of protected sectors', output => "$GOOD$WROTE# host-check: disk sector 2 anything\n$PASS",
	  code => $FULFIL . write_disk(1024, "\0" x 512),
	  like => [qr/wrote sector 2, outside of/, qr/sector 2 must be unchanged/] },
	{ name => 'a range that ends before it begins',
	  output => "$GOOD$WROTE# host-check: disk sectors 9-8 zeroes\n$PASS",
	  like => [qr/not understood: # host-check/] },
	{ name => 'a range without end',
	  output => "$GOOD$WROTE# host-check: disk sectors 9-4294967296 zeroes\n$PASS",
	  like => [qr/not understood: # host-check/] },
	{ name => 'a device that says another capacity',
	  output => "$GOOD$WROTE# host-check: disk says capacity 6143\n$PASS",
	  like => [qr/the device says capacity 6143, and it is 6144/] },
	{ name => 'a device that says other blocks',
	  output => "$GOOD$WROTE# host-check: disk says logical_block_size 4096\n$PASS",
	  like => [qr/the device says logical_block_size 4096, and it is 512/] },
	{ name => 'a promise not kept', output => "$GOOD$WROTE$PASS", code => '',
	  like => [qr/sector 17 must hold what the firmware wrote/] },
	{ name => 'a promise kept with another seed', output => "$GOOD$WROTE$PASS",
	  code => $FULFIL =~ s/$SEED/@{['f' x 16]}/r, like => [qr/sector 17 must hold what the firmware wrote/] },
	{ name => 'no promise', output => "$GOOD$PASS", code => '', like => [qr/does not say that it wrote anything/] },
	{ name => 'a narrowed run with a stray write', output => "$GOOD$PASS", code => write_disk(9000, 'X'),
	  options => ['--append', 'tests=cpu.*'], like => [qr/sector 17 must be unchanged/] },
	{ name => 'an unknown disk', output => "$GOOD$WROTE# host-check: other sector 17 seed $SEED\n$PASS",
	  like => [qr/a disk that is not in the configuration: other/] },
	{ name => 'a garbled promise', output => "$GOOD$WROTE# host-check: disk sector nine\n$PASS",
	  like => [qr/not understood: # host-check: disk sector nine/] },
	{ name => 'a shorter disk', output => "$GOOD$WROTE$PASS", code => "$FULFIL truncate 'disk.img', 1024 * 512;",
	  like => [qr/the image has 524288 bytes/] },
);

judge({ status => 0, %$_ }) for chosen(@GOOD);
judge({ status => 1, %$_ }) for chosen(@BAD);
done_testing();
