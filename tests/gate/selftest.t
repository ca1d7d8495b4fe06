#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the harness fails when it must: tests/gate/boot runs programs that only pretend to be QEMU, each of which
# goes wrong in one way. Beside them stand runs that must pass. Names on the command line: only these.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use POSIX ();
use TAP::Parser;
use Test::More;
use Time::HiRes qw(time);

my $GATE = dirname(abs_path(__FILE__));
my $FOLDER = tempdir(CLEANUP => 1);
my $END_POINT = "host: the last line is a verdict that agrees with QEMU's exit status";

my $NOISE = "OpenBIOS noise\nok 7 - not TAP yet\n1..99\nBail out! neither\n";
my $SEED = '0123456789abcdef';
my $WROTE = "# host-check: disk sector 17 seed $SEED\n";
my $GOOD = "${NOISE}TAP version 14\n1..2\nok 1 - one\nok 2 - two\n";
my $PASS = "# busproof: PASS\n";
my $FAILING = "TAP version 14\n1..2\nok 1 - one\nnot ok 2 - two\n$WROTE";
my $FULFIL = guest_sector(17);
my $SAY_WORDS = qq(print "# words: \@ARGV\n$PASS";);
my $SAY_TYPED = qq(print "# typed: ", (<STDIN> . <STDIN>) =~ tr/\n/|/r, "\n$PASS";);

# A fake QEMU prints `output`, then runs `code` (by default: keeps the promise), in its working folder, where the
# scratch disk is disk.img. status: what boot must exit with; like, unlike: what its output must (not) say.
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
	{ name => 'the disk was skipped', output => "$GOOD# host-check: disk skipped read only\n$PASS", code => '',
	  like => [qr/^ok 4 - .*# SKIP .*read only/m] },
	{ name => 'raw', output => "$GOOD$WROTE$PASS", options => ['--raw'], as_is => 1,
	  like => [qr/^TAP version 14$/m] },
	{ name => 'a known deviation without evidence',
	  like => [qr/^not ok 1 .*\n  ---\n  rerun: "cd \/.*-append tests=a\.b\/c.*"\n  debug: /m,
		qr/^  debug: "cd \/.*"\n  \.\.\.\nok 2/m],
	  output => "TAP version 14\n1..2\nnot ok 1 - a.b/c # TODO known\nok 2 - two\n$WROTE$PASS" },
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
	{ name => 'ranges, zeroes, discarded sectors, and what the device says',
	  output => "$GOOD# host-check: disk sectors 17-18 seed $SEED\n# host-check: disk sectors 20-21 zeroes\n"
		. "# host-check: disk sectors 30-31 anything\n# host-check: disk says capacity 6144\n"
		. "# host-check: disk says physical_block_size 512\n$PASS",
	  code => $FULFIL . guest_sector(18) . write_disk(20 * 512, "\0" x 1024) . write_disk(30 * 512 + 5, 'X') },
	{ name => 'written twice', output => "$GOOD# host-check: disk sector 17 seed @{['0' x 16]}\n$WROTE$PASS" },
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
my $NO_LINE = 'blk@00:0f.0: its accesses: no line';
my $SKIPPED = 'nothing written, nothing stray: the firmware skipped it';
my $ALL_JUDGED = 'host: all is judged but what the machine leaves out';
my @LACKS = (
	{ name => 'not judged, as it must be', output => "$GOOD$WROTE$LACKING$PASS", config => 'lacks-net',
	  like => [qr/^1\.\.5$/m, qr/^ok 4 - \Q$ALL_JUDGED\E$/m] },
	{ name => 'all judged, as it must be', output => "$GOOD$WROTE$PASS", config => 'lacks-nothing',
	  like => [qr/^ok 4 - \Q$ALL_JUDGED\E$/m] },
	{ name => 'a disk whose device is not judged',
	  output => "$GOOD# not judged: $NO_LINE\n$PASS", code => '',
	  like => [qr/^ok \d+ - host: disk .*# SKIP \Q$SKIPPED: $NO_LINE\E$/m] },
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

# What failed says how to run it alone, whatever the firmware prints or forgets.
my $BLOCK = "  ---\n  verdict: fail\n  ...\n";
my @RERUNS = (
	{ name => 'rerun of a point with evidence', output => reruns('a.b/c', $BLOCK),
	  options => ['--append', 'tests=* log=debug skip=x'],
	  like => [qr/^  verdict: fail\n  rerun: "cd .* && .*-append 'tests=a\.b\/c log=debug'.*"\n  debug: /m,
		qr/^  debug: ".*"\n  \.\.\.\nok 2/m,
		qr/^  debug: "cd .*gdb.*-ex 'target remote \| exec .*tests=a\.b\/c.*"$/m,
		qr/^  debug: ".* -ex 'break .*set_verdict.*'.*"$/m] },
	{ name => 'rerun of a point without evidence', output => reruns('a.b/c', ''),
	  like => [qr/^not ok 1 .*\n  ---\n  rerun: ".*tests=a\.b\/c.*"\n  debug: .*\n  \.\.\.\nok 2/m] },
	{ name => 'rerun of a point with a strange name', output => reruns(q{a.b/c\\#"d'e"}, ''),
	  like => [qr/^  rerun: ".*-append 'tests=a\.b\/c#\\"d'\\\\''e\\"'"$/m] },
	{ name => 'tells which QEMU it is',
	  output => "QEMU emulator version 11.0.2 (Debian 1)\n" . reruns('a.b/c', $BLOCK),
	  options => ['--append', 'log=debug'],
	  like => [qr/^  rerun: ".*-append 'tests=a\.b\/c log=debug qemu=11\.0\.2'"$/m] },
	{ name => 'tells what it is told', output => "QEMU emulator version 11.0.2\n" . reruns('a.b/c', $BLOCK),
	  options => ['--append', 'qemu=7.2.22'], unlike => [qr/qemu=11/] },
	{ name => 'rerun of a point that is not a test', output => reruns('command-line', $BLOCK),
	  like => [qr/^  rerun: ".*-append ''"$/m] },
	{ name => 'rerun of a point whose evidence is cut off', output => reruns('a.b/c', "  ---\n  x: 1\n"),
	  like => [qr/^  x: 1\n  rerun: .*\n  debug: .*\n  \.\.\.\nok 2/m, qr/YAML block without an end/] },
	{ name => 'rerun of the last point', output => "TAP version 14\n1..1\nnot ok 1 - a.b/c\n", code => '',
	  like => [qr/^not ok 1 .*\n  ---\n  rerun: .*\n  debug: .*\n  \.\.\.\nnot ok 2/m] },
	{ name => 'rerun of a point, started by OpenBIOS', output => reruns('a.b/c', $BLOCK), config => 'sun4u',
	  options => ['--append', 'log=debug tests=x', '--firmware', 'openbios'],
	  like => [qr{^  rerun: "cd .* -kernel \S*build/sparc64/busproof\.elf -append 'tests=a\.b/c log=debug'"$}m] },
	{ name => 'rerun of a point, started by itself', output => reruns('a.b/c', $BLOCK), config => 'sun4u',
	  options => ['--append', 'log=debug tests=x'], unlike => [qr/-kernel|-append/],
	  like => [qr{^  rerun: "cd .* -bios \S*build/sparc64/busproof-prom\.bin -fw_cfg }m,
	    qr{ -fw_cfg 'name=opt/busproof/append,string=tests=a\.b/c log=debug'"$}m] },
	{ name => 'rerun of all, started by itself', output => reruns('command-line', $BLOCK), config => 'sun4u',
	  options => ['--append', 'skip=a,b*,c list'],
	  like => [qr{^  rerun: ".* -fw_cfg 'name=opt/busproof/append,string=skip=a,,b\*,,c list'"$}m] },
	{ name => 'rerun without words, started by itself', output => reruns('command-line', $BLOCK), config => 'sun4u',
	  like => [qr{^  rerun: ".* -bios \S*busproof-prom\.bin"$}m], unlike => [qr/fw_cfg/] },
	{ name => 'nothing to rerun', output => "TAP version 14\n1..1\nok 1 - a.b/c\n${BLOCK}$WROTE",
	  unlike => [qr/rerun:/] },
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

my @DISKS = (
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

my @STARTS = (
	{ name => 'QEMU refuses its options', output => '', code => 'print STDERR "no such device\n"; exit 1;',
	  config => 'lacks-net', like => [qr/^ok 2 - \Q$ALL_JUDGED\E # SKIP the firmware did not start$/m,
		qr/^ok 3 - host: disk .* # SKIP .*did not start$/m,
		qr/QEMU did not start: exit status 1/, qr/QEMU says: no such device/] },
	{ name => 'QEMU is not there', qemu => "$FOLDER/nothing-there", status => 2,
	  errors => qr/\Aboot: --qemu \S*nothing-there: there is no such program \(see --help\)\n\z/ },
	{ name => 'QEMU cannot be run', qemu => "$FOLDER/no-program",
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

write_configurations();
judge({ status => 0, %$_ }) for chosen(@GOOD, @NEEDS, @LACKS);
judge({ status => 1, %$_ })
	for chosen(@FAILED, @LACKS_WRONGLY, @NO_ANSWERS, @RERUNS, @HANGS, @WORDS, @VERDICTS, @DISKS, @STARTS);
judge_option_message();
done_testing();

sub chosen (@runs) {
	my %wanted = map { $_ => 1 } @ARGV;
	return grep { !@ARGV || $wanted{$_->{name}} } @runs;
}

# ---- Fakes --------------------------------------------------------------------------------------------------------

# Perl that writes to the scratch disk behind the firmware's back, or as it promised.
sub write_disk ($offset, $text) {
	return "open my \$disk$offset, '+<', 'disk.img'; seek \$disk$offset, $offset, 0; print \$disk$offset '$text';"
		. "close \$disk$offset;";
}

sub guest_sector ($sector) {
	my $text = "busproof guest sector $sector of disk seed $SEED\n";

	return write_disk($sector * 512, substr $text x 20, 0, 512);
}

sub reruns ($point, $block) {
	return "TAP version 14\n1..2\nnot ok 1 - $point\n${block}ok 2 - two\n$WROTE# busproof: FAIL 1\n";
}

sub write_file ($path, $content) {
	open my $file, '>', $path or die "$path: $!\n";
	print {$file} $content;
	close $file or die "$path: $!\n";
	return;
}

sub write_configurations () {
	my $machine = qq([machine]\n  type = "clipper"\n);
	my $disk = qq([drive "d"]\n  if = "none"\n  format = "raw"\n  file = "disk.img"\n)
		. qq([device "disk"]\n  driver = "virtio-blk-pci"\n  drive = "d"\n);
	my $pvpanic = qq([device "p"]\n  driver = "pvpanic-pci"\n);
	my $serial = qq(  serial = "disk"\n);

	write_file("$FOLDER/usual.cfg", "$machine$disk$serial$pvpanic");
	write_file("$FOLDER/no-pvpanic.cfg", "$machine$disk$serial");
	write_file("$FOLDER/sun4u.cfg", "$machine$disk$serial$pvpanic" =~ s/clipper/sun4u/r);
	write_file("$FOLDER/bad-firmware.cfg", "# gate-firmware: palcode\n"
		. "$machine$disk$serial" =~ s/clipper/sun4u/r);
	write_file("$FOLDER/needs.cfg", "# gate-needs: virtio-x-pci.in_order\n$machine$disk$serial$pvpanic");
	write_file("$FOLDER/lacks-net.cfg", "# gate-lacks: net\n$machine$disk$serial$pvpanic");
	write_file("$FOLDER/lacks-nothing.cfg", "# gate-lacks:\n$machine$disk$serial$pvpanic");
	write_file("$FOLDER/no-program", "#!/nonexistent\n");
	chmod 0755, "$FOLDER/no-program";
	write_file("$FOLDER/bad-needs.cfg", "# gate-needs: a.b.c\n$machine$disk$serial$pvpanic");
	write_file("$FOLDER/no-serial.cfg", "$machine$disk$pvpanic");
	write_file("$FOLDER/garbage.cfg", "${machine}what is this\n");
	return;
}

sub fake_qemu ($run) {
	return $run->{qemu} if defined $run->{qemu};
	my $code = $run->{code} // $FULFIL;

	write_file("$FOLDER/qemu", "#!$^X\n\$| = 1; print <<'SAID';\n$run->{output}SAID\n$code\n");
	chmod 0755, "$FOLDER/qemu";
	return "$FOLDER/qemu";
}

sub boot ($run) {
	my $config = $run->{config} // 'usual';
	my @command = ("$GATE/boot", '--qemu', fake_qemu($run), '--folder', "$FOLDER/work",
		($run->{options} // [])->@*, "$FOLDER/$config.cfg");
	my $pid = open my $tap, '-|' // die "fork: $!\n";

	if (!$pid) {
		open STDERR, '>', "$FOLDER/stderr" or die "STDERR: $!\n";
		exec @command or POSIX::_exit(127);
	}
	local $/ = undef;
	my $output = <$tap> // '';
	close $tap;
	return ($output, $? >> 8);
}

sub errors () {
	open my $file, '<', "$FOLDER/stderr" or return '';
	local $/ = undef;
	return <$file> // '';
}

# ---- What must come of it -----------------------------------------------------------------------------------------

sub judge ($run) {
	my $started = time;
	my ($output, $status) = boot($run);
	my $seconds = time - $started;

	subtest $run->{name} => sub {
		is($status, $run->{status}, 'exit status');
		like($output, $_, 'says what it must') for ($run->{like} // [])->@*;
		like(errors(), $run->{errors}, 'and in one sentence') if $run->{errors};
		unlike($output, $_, 'does not say what it must not') for ($run->{unlike} // [])->@*;
		cmp_ok($seconds, '<', $run->{seconds}, 'time') if $run->{seconds};
		agrees_with_parser($output, $status) if $output =~ /^TAP version/ && !$run->{as_is};
	};
	return;
}

# What prove sees is what the exit status says, and nothing that only a newer TAP knows.
sub agrees_with_parser ($output, $status) {
	my $parser = TAP::Parser->new({ tap => $output });

	$parser->run;
	is($parser->has_problems ? 1 : 0, $status, 'a TAP parser comes to the same verdict');
	unlike("@{[$parser->parse_errors]}", qr/version/, 'the TAP version is one that the parser knows');
	return;
}

sub judge_option_message () {
	my $message = qx{"$GATE/boot" --frobnicate 2>&1};

	like($message, qr/frobnicate/, 'a bad option names itself');
	return;
}
