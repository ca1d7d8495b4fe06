#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that what failed says how to run it alone, and under a debugger, whatever the firmware prints or forgets: with
# programs that only pretend to be QEMU. Names on the command line: only these.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Boot qw(WROTE chosen judge);

my $WROTE = WROTE;
my $BLOCK = "  ---\n  verdict: fail\n  ...\n";

my @DEVIATES = (
	{ name => 'a known deviation without evidence',
	  like => [qr/^not ok 1 .*\n  ---\n  rerun: "cd \/.*-append tests=a\.b\/c.*"\n  debug: /m,
		qr/^  debug: "cd \/.*"\n  \.\.\.\nok 2/m],
	  output => "TAP version 14\n1..2\nnot ok 1 - a.b/c # TODO known\nok 2 - two\n$WROTE# busproof: PASS\n" },
);
my @FAILED = (
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

judge({ status => 0, %$_ }) for chosen(@DEVIATES);
judge({ status => 1, %$_ }) for chosen(@FAILED);
done_testing();

sub reruns ($point, $block) {
	return "TAP version 14\n1..2\nnot ok 1 - $point\n${block}ok 2 - two\n$WROTE# busproof: FAIL 1\n";
}
