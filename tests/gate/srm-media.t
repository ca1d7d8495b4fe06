#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# The media for SRM, as SRM reads them: a boot block in the first 512 bytes, quadwords 60 to 63 of which are how many
# blocks there are, the first of them, flags and the sum of all before it. Disk, CD and network bring the same bytes.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use constant { BLOCK => 512, CD_BLOCK => 2048 };

my $ROOT = abs_path(dirname(abs_path(__FILE__)) . '/../..');
my $BUILT = "$ROOT/build/alpha/busproof-srm";
my $MEDIA = "$ROOT/arch/alpha/srm/media";

our $image = path("$BUILT.net")->slurp_raw;

subtest disk => sub { boots("$BUILT-disk.img", 1) };
subtest CD => sub { boots("$BUILT-cd.iso", CD_BLOCK / BLOCK) };
subtest network => \&network;
subtest 'any length' => sub { made_of($_) for 1, 2047, 2048, 2049, 3236 };
subtest 'nothing to make them of' => \&refused;
done_testing();

sub boots ($path, $unit) {
	my $bytes = path($path)->slurp_raw;
	my @quadwords = unpack 'Q<64', $bytes;
	my ($blocks, $first, $flags, $sum) = @quadwords[60 .. 63];
	my $expected = 0;

	{
		use integer;
		$expected += $_ for @quadwords[0 .. 62];
	}
	is(sprintf('%016x', $sum), sprintf('%016x', $expected), 'the sum of all quadwords before it');
	is($flags, 0, 'flags');
	is($first % $unit, 0, 'the first block is where a block of the medium begins');
	cmp_ok($first, '>', 0, 'and not the boot block');
	cmp_ok(($first + $blocks) * BLOCK, '<=', length $bytes, 'all blocks are on the medium');
	ok(substr($bytes, $first * BLOCK, $blocks * BLOCK) eq $image, 'they are the image');
	return;
}

# Entered at its first byte, an instruction: br $27, to the next one.
sub network () {
	is(unpack('V', $image), 0xc3600000, 'begins with the first instruction');
	is(length($image) % CD_BLOCK, 0, 'fills blocks of a CD');
	cmp_ok(length($image), '<', 32 << 20, 'TFTP can number its blocks');
	return;
}

sub made_of ($length) {
	my $folder = tempdir(CLEANUP => 1);

	path("$folder/in")->spew_raw(join '', map { chr $_ % 255 + 1 } 1 .. $length);
	is(system("$MEDIA $folder/in $folder/out 2>/dev/null"), 0, "of $length bytes");
	local $image = path("$folder/out.net")->slurp_raw;
	is($image =~ s/\0+\z//r, path("$folder/in")->slurp_raw, 'nothing is lost');
	boots("$folder/out-disk.img", 1);
	boots("$folder/out-cd.iso", CD_BLOCK / BLOCK);
	return;
}

sub refused () {
	my $said = qx{$MEDIA $ROOT/there-is-none $ROOT/build/none 2>&1};

	isnt($?, 0, 'exit status');
	like($said, qr/there-is-none: No such file/, 'says what is missing');
	return;
}
