#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that what is said behind make and means nothing is refused by its name before anything is made or removed, that
# what earlier runs have left outlives a call that is refused, and that the project works in a folder of any name.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Port;
use Testing::Program qw(forget_environment run);

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));
my $STRANGE = tempdir(CLEANUP => 1) . "/it's [one] {of} many*";
my @REFUSED = (
	[['run', 'DEVICE=on'], qr/DEVICE=on: there is no such variable; is it DEVICES=\?/],
	[['run', 'FROB=1'], qr/FROB=1: there is no such variable \(see make help\)/],
	[['gate', 'DEVICES=on'], qr/DEVICES=on: gate does not read it; it is for: run /],
	[['DEVICES=on'], qr/DEVICES=on: help does not read it/],
	[['run', 'PREFIX=/usr'], qr/PREFIX=\/usr: run does not read it; it is for: install uninstall/],
	[['install', 'PREFIX='], qr/PREFIX=: is empty/],
	[['run-aarch64', 'FIRMWARE=prom'], qr/FIRMWARE=prom: run-aarch64 does not read it/],
	[['run', 'FIRMWARE=palcode'],
		qr/FIRMWARE=palcode: is none of: qemu-palcode pal srm srm-cd srm-net prom openbios obp-/],
	[['gate', 'JOBS=abc'], qr/JOBS=abc: is no number/],
	[['gate', 'JOBS=-1'], qr/JOBS=-1: is no number/],
	(map { [['gate', "$_="], qr/$_=: is empty/], [['gate', "$_= "], qr/$_=: is empty/] } qw(QEMUS SETS SHARD JOBS)),
	[['compare', 'A=', 'B=trixie'], qr/A=: is empty/],
);
my @TAKEN = (['run', 'DEVICES=on', 'APPEND=', 'MEM='], ['gate', 'JOBS=12', 'SETS=mixed on', 'QEMUS=installed'],
	['run-sparc64', 'FIRMWARE=openbios', 'V=1'], ['report', 'QEMU_SUITES='],
	['run-alpha', 'FIRMWARE=pal'], ['run-alpha', 'run-sparc64', 'FIRMWARE=prom']);
my @BAD_GATES = (['QEMUS=no-such-release'], ['SETS=nonsense'], ['SHARD=3/2'], ['JOBS=abc'], ['DEVICES=on']);

forget_environment(qw(QEMUS$ SETS$ SHARD$ DEVICES$ APPEND$ JOBS$));
refused(@$_) for @REFUSED;
is(make($ROOT, '-n', @$_)->{status}, 0, "make @$_ is taken") for @TAKEN;
copy_to($STRANGE);
subtest 'what is left outlives a bad call' => \&what_is_left;
subtest 'a folder of any name' => \&any_folder;
done_testing();

# Without the rules of the unit tests, which take longest to read.
sub make ($folder, @words) { return run($folder, 'make', '--no-print-directory', 'UNIT_TESTS=', @words) }

# -n: so that a word that is taken by mistake does no harm here.
sub refused ($words, $like) {
	my $run = make($ROOT, '-n', @$words);

	is($run->{status}, 2, "make @$words is refused");
	like((split /\n/, $run->{said})[-1] // '', $like, 'and its last line names the word');
	return;
}

# The programs, and the images that are there.
sub copy_to ($folder) {
	make_path("$folder/build");
	for my $machine (Gate::Port::names()) {
		symlink "$ROOT/build/$machine", "$folder/build/$machine" or die "$folder: $!\n";
	}
	run($ROOT, qw(cp -R Makefile choices.mk ports.mk release.mk), qw(arch boot drivers linker tests),
		$folder)->{status} == 0 or die "$folder: cp failed\n";
	return;
}

sub what_is_left () {
	my $kept = "$STRANGE/build/report/tap/gate/before/alpha-none";

	path($kept)->touchpath;
	for my $words (@BAD_GATES) {
		isnt(make($STRANGE, '-o', 'images', 'gate', @$words)->{status}, 0, "make gate @$words fails");
		ok(-e $kept, 'and earlier results stay');
	}
	is_deeply([glob "\Q$STRANGE\E/build/report/tap/gate/*/*"], [$kept], 'with no other beside them');
	return;
}

sub any_folder () {
	my $gate = make($STRANGE, '-o', 'images', 'gate', 'SETS=none', 'JOBS=1');
	my @kept = glob "\Q$STRANGE\E/build/report/tap/gate/installed/*";

	is($gate->{status}, 0, 'the gate passes') or diag($gate->{said});
	is_deeply([map { s{.*/}{}r } @kept], [map { "$_-none" } Gate::Port::names()], 'and keeps its runs');
	is(make($STRANGE, 'matrix')->{status}, 0, 'the matrix is printed');
	my $compared = run($STRANGE, 'env', 'SETS=none', 'tests/report/compare', 'installed', 'build/report');
	is($compared->{status}, 0, 'compare says that they are the same') or diag($compared->{said});
	return;
}
