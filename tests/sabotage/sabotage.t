#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/sabotage/sabotage tells a sabotage that was noticed from one that was not, and that a list that has
# rotted is an error: on a project of a few files that stands for the real one. Then that the real list
# finds its places.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $SABOTAGE = dirname(abs_path(__FILE__)) . '/sabotage';
my $FOLDER = tempdir(CLEANUP => 1);
my $TREE = "$FOLDER/tree";

# A program of two points, built of one source: what it says is what the source says.
my $SOURCE = "ok 1 - one\nok 2 - two [A-1]\nbeside\n";
my $MAKEFILE = <<'END';
build/unit/test_x: source.txt
	@mkdir -p build/unit
	@! grep -q 'cannot be built' source.txt
	@(echo '#!/bin/sh'; echo "cat <<'SAID'"; cat source.txt; echo SAID; echo '! grep -q "^not ok" source.txt') >$@
	@chmod +x $@
images:
END

write_file("$TREE/Makefile", $MAKEFILE);
write_file("$TREE/source.txt", $SOURCE);
write_file("$TREE/tests/unit/test_x.c", '');

my $KILLED = sabotage('killed', 'unit/test_x => two', '-ok 2', '+not ok 2');
my $BESIDE = sabotage('beside', 'unit/test_x => two', '-beside', '+nothing');
my $ANOTHER = sabotage('another', 'unit/test_x => two', '-ok 1', '+not ok 1');
my $STALE = sabotage('stale', 'unit/test_x => two', '-ok 3', '+not ok 3');
my $TWICE = sabotage('twice', 'unit/test_x => two', '-ok', '+not ok');
my $UNBUILT = sabotage('unbuilt', 'unit/test_x => two', '-beside', '+cannot be built');
my $POINTLESS = sabotage('pointless', 'unit/test_x => three', '-ok 2', '+not ok 2');
my $LINES = sabotage('lines', 'unit/test_x => one', '-  ok 1 - one', "-\tok 2", '+not ok 1 - one', '+ok 2');

judge('one that is noticed', 0, $KILLED, qr/^killed +killed: unit\/test_x => two$/m, qr/^1 passed, 0 failed$/m);
judge('one that does nothing', 1, "$KILLED$BESIDE", qr/^SURVIVED +beside: .*all passed/m, qr/^1 passed, 1 failed$/m);
judge('one that is noticed elsewhere', 1, $ANOTHER, qr/^SURVIVED +another: .*failed: one\)/m);
judge('a place that is gone', 1, "$KILLED$STALE", qr/^ERROR +stale: .*source\.txt stands there 0 times.*ok 3/m,
	qr/^1 passed, 1 failed$/m);
judge('a place that is not one', 1, $TWICE, qr/^ERROR +twice: .* 2 times/m);
judge('what cannot be built', 1, $UNBUILT, qr/^ERROR +unbuilt: cannot be built/m);
judge('a check in two lines', 0, $KILLED =~ s/ => two/\n\t=> two/r, qr/^killed +killed: unit\/test_x => two$/m);
judge('a check without its point', 1, $POINTLESS, qr/^ERROR +unit\/test_x has no point 'three'/m);
judge('blanks before lines', 0, $LINES, qr/^killed +lines/m);
write_file("$TREE/source.txt", $SOURCE =~ s/^ok 1/not ok 1/r);
judge('a check that fails by itself', 1, $KILLED, qr/^ERROR +unit\/test_x fails although nothing is broken/m);
write_file("$TREE/source.txt", $SOURCE);

judge('places', 1, "$KILLED$STALE", ['--places'], qr/^ERROR +stale/m, qr/^1 passed, 1 failed$/m);
judge('names', 0, "$KILLED$BESIDE", ['kil*'], qr/^1 passed, 0 failed$/m);
judge('a name that is none', 2, $KILLED, ['nothing'], qr/nothing: no such sabotage/);
judge('a name that stands twice', 2, "$KILLED$KILLED", qr/killed stands in .* already/);
judge('no check', 2, $KILLED =~ s/^noticed-by.*\n//mr, qr/killed has no noticed-by:/);
judge('a check of no kind', 2, $KILLED =~ s/unit.test_x/by hand/r, qr/not understood/);
judge('an option that is none', 2, $KILLED, ['--frobnicate'], qr/frobnicate/);
is(path("$TREE/source.txt")->slurp_raw, $SOURCE, 'the project itself is never touched');

my ($said, $status) = said_by($SABOTAGE, '--places');
is($status, 0, 'the real list finds all its places and checks') or diag($said);
cmp_ok($said =~ /^(\d+) passed/m ? $1 : 0, '>=', 60, 'and is long');
done_testing();

sub sabotage ($name, $check, @lines) {
	return join "\n", "== $name", 'It breaks something.', "noticed-by: $check", '--- source.txt', @lines, '', '';
}

sub judge ($what, $status, $list, @like) {
	my @words = ref $like[0] eq 'ARRAY' ? (shift @like)->@* : ();

	write_file("$FOLDER/lists/some.list", $list);
	my ($output, $found) = said_by($SABOTAGE, '--jobs', 1, '--lists', "$FOLDER/lists", '--tree', $TREE, @words);
	subtest $what => sub {
		is($found, $status, 'exit status') or diag($output);
		like($output, $_, 'says what it must') for @like;
	};
	return;
}

sub write_file ($path, $content) { return path($path)->touchpath->spew_raw($content) }
