#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the harness fails when it must: tests/gate/boot runs programs that only pretend to be QEMU, each of which
# goes wrong in one way. Beside them stand runs that must pass. Names on the command line: only these.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Boot qw(WROTE chosen judge guest_sector);
use Testing::Program qw(said_by);

my $GATE = dirname(abs_path(__FILE__));
my $END_POINT = "host: the last line is a verdict that agrees with QEMU's exit status";

my $NOISE = "OpenBIOS noise\nok 7 - not TAP yet\n1..99\nBail out! neither\n";
my $WROTE = WROTE;
my $GOOD = "${NOISE}TAP version 14\n1..2\nok 1 - one\nok 2 - two\n";
my $PASS = "# busproof: PASS\n";
my $FAILING = "TAP version 14\n1..2\nok 1 - one\nnot ok 2 - two\n$WROTE";
my $FULFIL = guest_sector(17);
my $SAY_WORDS = qq(print "# words: \@ARGV\n$PASS";);
my $SAY_TYPED = qq(print "# typed: ", (<STDIN> . <STDIN>) =~ tr/\n/|/r, "\n$PASS";);

my @GOOD = (
	{ name => 'good', output => "$GOOD$WROTE$PASS",
	  like => [qr/^1\.\.4$/m, qr/^ok 3 - \Q$END_POINT\E/m, qr/^ok 4 - host: disk disk/m],
	  unlike => [qr/OpenBIOS|not TAP|neither/, qr/^not ok/m] },
	{ name => 'CR LF and a known deviation',
	  output => "TAP version 14\r\n1..1\r\nnot ok 1 - one # TODO known\r\n$WROTE# busproof: PASS\r\n",
	  like => [qr/^not ok 1 - one # TODO known$/m], unlike => [qr/\r/] },
	{ name => 'narrowed', output => "$GOOD$PASS", code => '', options => ['--append', 'tests=cpu.*'],
	  like => [qr/^ok 4 - host: disk disk .*# SKIP .*tests=cpu/m] },
	{ name => 'everything skipped', output => "TAP version 14\n1..0 # SKIP no PCI\n$PASS", code => '',
	  like => [qr/^1\.\.2$/m, qr/^ok 2 - .*# SKIP .*no PCI/m] },
	{ name => 'raw', output => "$GOOD$WROTE$PASS", options => ['--raw'], as_is => 1,
	  like => [qr/^TAP version 14$/m] },
	{ name => 'tells that it listens', output => "$GOOD$WROTE$PASS", code => "$FULFIL $SAY_WORDS",
	  like => [qr/^# words: .* host=on timeout=0 .*-qmp chardev:busproof-host$/m],
	  unlike => [qr/^# run: command .*(?:host=on|timeout)/m] },
	{ name => 'leaves a limit to the firmware that asks for one', output => "$GOOD$WROTE$PASS",
	  code => "$FULFIL $SAY_WORDS", options => ['--append', 'timeout=7'],
	  like => [qr/^# words: .*-append timeout=7 host=on -/m] },
	{ name => 'is told not to listen', output => "$GOOD$WROTE$PASS", code => "$FULFIL $SAY_WORDS",
	  options => ['--append', 'host=off'], like => [qr/^# words: .*-append host=off$/m] },
	{ name => 'answers what it is asked', code => "$FULFIL $SAY_TYPED",
	  output => "$GOOD$WROTE# host-event: 1 fly\n",
	  like => [qr/^# typed: \|host-event 1 refused there is no verb "fly"\|$/m] },
);

# A configuration that needs what not every QEMU has is skipped by a QEMU that says it lacks it, and booted
# by any other.
my $HELP = "virtio-x-pci options:\n  in_order=<bool>\n";
my @NEEDS = (
	{ name => 'a device that QEMU lacks', output => "Device 'virtio-x-pci' not found\n", code => '',
	  config => 'needs', like => [qr/\A1\.\.0 # SKIP .* no virtio-x-pci\.in_order, which needs needs$/m] },
	{ name => 'a property that QEMU lacks', output => $HELP =~ s/in_order/other/r, code => '', config => 'needs',
	  like => [qr/\A1\.\.0 # SKIP .* no virtio-x-pci\.in_order/m] },
	{ name => 'a device that QEMU has', output => "$HELP$GOOD$WROTE$PASS", config => 'needs',
	  like => [qr/^ok 2 - two$/m], unlike => [qr/1\.\.0/] },
);
my @NO_ANSWERS = (
	{ name => 'no answer about a device', output => '', code => 'kill 9, $$;', config => 'needs',
	  like => [qr/^not ok 1 - \Q$END_POINT\E/m, qr/died of signal 9/], unlike => [qr/1\.\.0/] },
);

# A configuration that says what it leaves out gets a point that this, and nothing else, was not judged.
my $LACKING = "# not judged: net\@00:03.0: its accesses to memory: nobody answers\n";
my $ALL_JUDGED = 'host: all is judged but what the machine leaves out';
my @LACKS = (
	{ name => 'not judged, as it must be', output => "$GOOD$WROTE$LACKING$PASS", config => 'lacks-net',
	  like => [qr/^1\.\.5$/m, qr/^ok 4 - \Q$ALL_JUDGED\E$/m] },
	{ name => 'all judged, as it must be', output => "$GOOD$WROTE$PASS", config => 'lacks-nothing',
	  like => [qr/^ok 4 - \Q$ALL_JUDGED\E$/m] },
	{ name => 'not judged, on a machine of the user', output => "$GOOD$WROTE$LACKING$PASS",
	  unlike => [qr/\Q$ALL_JUDGED\E/] },
);
my @LACKS_WRONGLY = (
	{ name => 'not judged, and nothing is left out', output => "$GOOD$WROTE$LACKING$PASS",
	  config => 'lacks-nothing', like => [qr/^not ok 4 - \Q$ALL_JUDGED\E$/m, qr/nobody answers/] },
	{ name => 'judged, although something is left out', output => "$GOOD$WROTE$PASS", config => 'lacks-net',
	  like => [qr/^not ok 4 - \Q$ALL_JUDGED\E$/m, qr/a net was to lack something/] },
);

# The firmware failed, and the harness has nothing to add.
my @FAILED = (
	{ name => 'a panic after a failure', output => "$FAILING# busproof: FAIL 1\n", code => "$FULFIL exit 1;",
	  like => [qr/^ok 3 - \Q$END_POINT\E/m, qr/^not ok 2 - two$/m] },
	{ name => 'many failures for one reason', code => "$FULFIL exit 1;",
	  output => "TAP version 14\n1..30\n"
		. join('', map { "not ok $_ - a.b/$_\n  ---\n  reason: \"it is wrong\"\n  ...\n" } 1 .. 30)
		. "$WROTE# busproof: FAIL 30\n",
	  errors => qr{\A# usual: not ok: a\.b/1, a\.b/2, a\.b/3 and 27 more: it is wrong\n\z} },
	{ name => 'a failure without pvpanic', output => "$FAILING# busproof: FAIL 1\n", config => 'no-pvpanic',
	  like => [qr/^ok 3 - \Q$END_POINT\E/m] },
);

my @HANGS = (
	{ name => 'hang', output => $GOOD, code => 'sleep 60;', options => ['--timeout', 1], seconds => 10,
	  like => [qr/^not ok 3 - \Q$END_POINT\E/m, qr/still ran after 1 s/, qr/not a verdict: ok 2 - two/] },
	{ name => 'hang after the last line', output => "$GOOD$WROTE$PASS", code => "$FULFIL sleep 60;",
	  options => ['--timeout', 1], seconds => 10, like => [qr/still ran after 1 s/] },
	{ name => 'hang with a closed serial line', output => "$GOOD$WROTE$PASS",
	  code => "$FULFIL close STDOUT; sleep 60;", options => ['--timeout', 1], seconds => 10,
	  like => [qr/still ran after 1 s, its serial line closed/] },
	{ name => 'hang in a child of QEMU', output => $GOOD, code => 'system "sleep", 60;',
	  options => ['--timeout', 1], seconds => 10, like => [qr/still ran after 1 s/] },
	{ name => 'standstill', output => $GOOD, code => 'sleep 60;', options => ['--standstill', 2], seconds => 10,
	  like => [qr/stood still: for 2 s its threads only waited/], unlike => [qr/still ran/] },
	{ name => 'silence that works', output => $GOOD, code => 'my $end = time + 5; 1 while time < $end;',
	  options => ['--standstill', 2], seconds => 20, unlike => [qr/stood still/] },
	{ name => 'endless output', output => $GOOD, code => 'print "# more and more\n" x 10000 while 1;',
	  options => ['--show'], seconds => 60, like => [qr/wrote more than \d+ bytes/] },
);

my @WORDS = (
	{ name => 'silence', output => '', code => '',
	  like => [qr/^1\.\.2$/m, qr/^not ok 1 - \Q$END_POINT\E/m, qr/stayed silent/] },
	{ name => 'only noise', output => $NOISE, code => '',
	  like => [qr/no \\"TAP version\\" line; .*Bail out! neither/] },
	{ name => 'no plan', output => "TAP version 14\nok 1 - one\n$WROTE$PASS",
	  like => [qr/no plan/, qr/^1\.\.3$/m] },
	{ name => 'two plans', output => "TAP version 14\n1..1\n1..1\nok 1 - one\n$WROTE$PASS",
	  like => [qr/a second plan/] },
	{ name => 'no last line', output => "$GOOD$WROTE", like => [qr/last line is not a verdict: # host-check/] },
	{ name => 'words after the last line', output => "$GOOD$WROTE${PASS}panic\n",
	  like => [qr/last line is not a verdict: panic/] },
	{ name => 'a missing point', output => "TAP version 14\n1..3\nok 1 - one\nok 2 - two\n$WROTE$PASS",
	  like => [qr/3 points were planned, 2 came/] },
	{ name => 'a point too many', output => "TAP version 14\n1..1\nok 1 - one\nok 2 - two\n$WROTE$PASS",
	  like => [qr/1 points were planned, 2 came/] },
	{ name => 'points out of order', output => "TAP version 14\n1..2\nok 2 - two\nok 1 - one\n$WROTE$PASS",
	  like => [qr/point 2 where 1 must be/] },
	{ name => 'a reset', output => "$GOOD$GOOD$WROTE$PASS", like => [qr/a second \\"TAP version\\" line/] },
	{ name => 'a bail-out', output => "TAP version 14\n1..2\nok 1 - one\nBail out! no memory\n", code => '',
	  like => [qr/^# Bail out! no memory/m, qr/the firmware gave up: no memory/], unlike => [qr/^Bail out!/m] },
	{ name => 'YAML without an end',
	  output => "TAP version 14\n1..2\nok 1 - a\n  ---\n  x: 1\nok 2 - b\n$WROTE$PASS",
	  like => [qr/YAML block without an end before 'ok 2/, qr/^ok 2 - b$/m] },
	{ name => 'YAML cut off by the end', output => "TAP version 14\n1..1\nok 1 - a\n  ---\n  x: 1\n", code => '',
	  like => [qr/YAML block without an end at the end/, qr/^not ok 2 - /m] },
);

my @VERDICTS = (
	{ name => 'FAIL with status 0', output => "$FAILING# busproof: FAIL 1\n",
	  like => [qr/^not ok 3 - /m, qr/verdict is FAIL, which means exit status 1; QEMU's was 0/] },
	{ name => 'PASS with status 1', output => "$GOOD$WROTE$PASS", code => "$FULFIL exit 1;",
	  like => [qr/verdict is PASS, which means exit status 0; QEMU's was 1/] },
	{ name => 'FAIL without a failed point', output => "$GOOD$WROTE# busproof: FAIL 1\n", code => "$FULFIL exit 1;",
	  like => [qr/^not ok 3 - /m, qr/verdict is FAIL 1, but no point failed/] },
	{ name => 'PASS with a failed point', output => "$FAILING$PASS",
	  like => [qr/verdict is PASS, but points failed: 1/] },
	{ name => 'an escaped # is not a directive',
	  output => "TAP version 14\n1..1\nnot ok 1 - one \\# TODO no\n$WROTE$PASS",
	  like => [qr/verdict is PASS, but points failed: 1/] },
	{ name => 'death by a signal', output => "$GOOD$WROTE$PASS", code => "$FULFIL kill 'SEGV', \$\$;",
	  like => [qr/QEMU died of signal 11/] },
);

my @STARTS = (
	{ name => 'QEMU refuses its options', output => '', code => 'print STDERR "no such device\n"; exit 1;',
	  config => 'lacks-net', like => [qr/^ok 2 - \Q$ALL_JUDGED\E # SKIP the firmware did not start$/m,
		qr/^ok 3 - host: disk .* # SKIP .*did not start$/m,
		qr/QEMU did not start: exit status 1/, qr/QEMU says: no such device/] },
	{ name => 'QEMU is not there', qemu => 'nothing-there', status => 2,
	  errors => qr/\Aboot: --qemu \S*nothing-there: there is no such program \(see --help\)\n\z/ },
	{ name => 'QEMU cannot be run', qemu => 'no-program',
	  like => [qr/QEMU did not start: exit status 127/, qr/cannot run .*no-program/] },
	{ name => 'a bad option', qemu => '/bin/true', options => ['--frobnicate'], status => 2 },
	{ name => 'a bad firmware', qemu => '/bin/true', options => ['--firmware', 'palcode'], status => 2 },
	{ name => 'a firmware of another machine', qemu => '/bin/true', options => ['--firmware', 'prom'],
	  status => 2 },
	{ name => 'an image that does not start by itself', qemu => '/bin/true', config => 'sun4u',
	  options => ['--image', 'x.elf'], status => 2 },
	{ name => 'a bad firmware in a configuration', qemu => '/bin/true', config => 'bad-firmware', status => 2 },
	{ name => 'a bad need in a configuration', qemu => '/bin/true', config => 'bad-needs', status => 2 },
	{ name => 'a bad configuration', qemu => '/bin/true', config => 'garbage', status => 2 },
	{ name => 'a disk without a serial', qemu => '/bin/true', config => 'no-serial', status => 2 },
);

judge({ status => 0, %$_ }) for chosen(@GOOD, @NEEDS, @LACKS);
judge({ status => 1, %$_ })
	for chosen(@FAILED, @LACKS_WRONGLY, @NO_ANSWERS, @HANGS, @WORDS, @VERDICTS, @STARTS);
judge_option_message();
done_testing();

sub judge_option_message () {
	my ($message) = said_by("$GATE/boot", '--frobnicate');

	like($message, qr/frobnicate/, 'a bad option names itself');
	return;
}
