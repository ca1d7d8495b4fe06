#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that what tests/gate/tap makes of a raw serial line is strict TAP: a parser that takes no other line finds no
# mistake in it, whatever stands around or between the lines of the firmware.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use TAP::Parser;
use Test::More;

my $GATE = dirname(abs_path(__FILE__));
my $FOLDER = tempdir(CLEANUP => 1);
my $NOISE = "OpenBIOS for Sparc64\r\nok 7 - not yet\r\n1..99\r\n\e[2J\r\n";
my $BODY = "TAP version 14\n1..2\n# comment\nok 1 - a.b\nnot ok 2 - a.c # TODO known\n  ---\n  reason: \"x\"\n  ...\n";
my $PASS = "# busproof: PASS\n";

strict('noise of the console firmware', "$NOISE$BODY$PASS", 0, qr/\ATAP version 14\n1\.\.2\n# comment\n/);
strict('CR LF', "$BODY$PASS" =~ s/\n/\r\n/gr, 0);
strict('words between the points', $BODY =~ s/^(not ok 2)/[device] panic!\n\n$1/mr . $PASS,
	0, qr/^# \[device\] panic!$/m);
strict('a block that is cut off', $BODY =~ s/^(# comment)/$1/mr =~ s/^  \.\.\.\n//mr . $PASS, 1, qr/^  \.\.\.$/m);
strict('a failure', $BODY =~ s/ # TODO known//r . "# busproof: FAIL 1\n", 1, qr/^not ok 2 - a\.c$/m);
is(status("${BODY}ok 3 - a\n$PASS"), 1, 'a point too many fails');
is(status($BODY =~ s/^not ok[^~]*//mr), 1, 'an end without a verdict fails');
like(tap($BODY =~ s/^not ok[^~]*//mr), qr/^Bail out! /m, 'and says so');
strict('a second start', "$BODY$PASS$NOISE$BODY$PASS" =~ s/^(?:not )?ok (\d)/$&/mgr, 1, undef, 'counted twice');
is(tap('nothing but noise'), "TAP version 14\n1..0 # SKIP busproof did not start\n", 'no start is a plan of nothing');
is(status('nothing but noise'), 1, 'and fails');
is(system("'$GATE/tap' --help >/dev/null") >> 8, 0, '--help');
is(system("'$GATE/tap' --frob 2>/dev/null </dev/null") >> 8, 2, 'a bad option');
done_testing();

sub tap ($raw) {
	path("$FOLDER/raw")->spew_raw($raw);
	return scalar qx{'$GATE/tap' <'$FOLDER/raw' 2>/dev/null};
}

sub status ($raw) {
	tap($raw);
	return $? >> 8;
}

# The installed parser may know no version above 13, in which a pragma asks it to be strict.
sub strict ($name, $raw, $status, $like = undef, $mistakes = undef) {
	my $said = tap($raw);
	my $is = $? >> 8;
	my $parser = TAP::Parser->new({ tap => $said =~ s/\ATAP version 14\n/TAP version 13\npragma +strict\n/r });

	$parser->run;
	is($is, $status, "$name: exit status");
	is(join('; ', $parser->parse_errors), '', "$name: a strict parser finds no mistake") if !defined $mistakes;
	isnt(join('; ', $parser->parse_errors), '', "$name: $mistakes") if defined $mistakes;
	like($said, $like, "$name: says what it must") if $like;
	return;
}
