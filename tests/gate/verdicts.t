#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots each machine with command lines that must make a run fail, or run nothing, and looks how that is reported: a
# trap that no test expects is an error with its registers and the run goes on; a word that is not known, or too little
# memory, ends it at once; "list" lists.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Port;
use Testing::Program qw(output_of);

my $BOOT = dirname(abs_path(__FILE__)) . '/boot';
my @MACHINES = grep { -e dirname(abs_path(__FILE__)) . "/../../build/$_/busproof.elf" } Gate::Port::names();

for my $machine (@MACHINES) {
	subtest "$machine: traps that no test expects" => sub { uncaught_traps($machine) };
	subtest "$machine: words that are not known" => sub { bad_words($machine) };
	subtest "$machine: points that run only by name" => sub { only_by_name($machine) };
	subtest "$machine: too little memory" => sub { too_little_memory($machine) };
	subtest "$machine: nothing matches" => sub { nothing_matches($machine) };
	subtest "$machine: list" => sub { list($machine) };
}
done_testing();

# The serial line of a run, and boot's exit status.
sub run ($machine, $append, @options) {
	return output_of($BOOT, '--raw', '--machine', $machine, '--devices', 'none', '--append', $append, @options);
}

sub uncaught_traps ($machine) {
	my ($text, $status) = run($machine, 'tests=cpu.uncaught-trap/*,cpu.clock');
	my ($points) = $text =~ /^# busproof: FAIL (\d+)$/m;

	ok($points, 'the run fails');
	is($status, 1, 'and so does the boot');
	like($text, qr/^ok \d+ - host: the last line is a verdict that agrees with QEMU's exit status$/m,
		'as QEMU itself does');
	my @errors =
		$text =~ m{^(not ok \d+ - cpu\.uncaught-trap/\S+\n  ---\n  verdict: error\n(?:  .*\n)*?  \.\.\.)$}mg;
	is(scalar @errors, $points, 'every trap is an error');
	is(scalar(grep { /^  registers: \|\n    \w+: 0x[0-9a-f]{16}/m } @errors), $points, 'with its registers');
	like($text, qr/^ok \d+ - cpu\.clock$/m, 'and the run goes on behind them');
	return;
}

sub bad_words ($machine) {
	my ($text, $status) = run($machine, 'tests=cpu.clock frobnicate log=loud');

	is($status, 1, 'the boot fails');
	like($text, qr/^not ok 1 - command-line\n(?:  .*\n)*?    .*frobnicate.*\n(?:  .*\n)*?    .*loud/m,
		'both words are named');
	unlike($text, qr/cpu\.clock$/m, 'nothing is run');
	like($text, qr/^# nothing was run: .*frobnicate.*\n# nothing was run: .*loud.*\n# busproof: FAIL 1$/m,
		'they are in the last lines');
	return;
}

# What always fails is for those who ask for it by its name.
sub only_by_name ($machine) {
	my ($text, $status) = run($machine, 'tests=cpu.*,*.uncaught-trap');

	is($status, 0, 'the boot passes');
	unlike($text, qr/uncaught-trap\//, 'a glob does not choose it');
	return;
}

sub too_little_memory ($machine) {
	my ($text, $status) = run($machine, '', '--memory', '8M');

	is($status, 1, 'the boot fails');
	like($text, qr/^not ok 1 - memory$/m, 'for its memory');
	like($text, qr/^# nothing was run: too little memory: 8 MiB, .*\n# busproof: FAIL 1$/m,
		'and says so in the last lines');
	return;
}

sub nothing_matches ($machine) {
	my ($text, $status) = run($machine, 'tests=no.such.point');

	is($status, 1, 'the boot fails');
	like($text, qr/^not ok 1 - command-line\n(?:  .*\n)*?  .*no point matches/m, 'and says why');
	return;
}

sub list ($machine) {
	my ($text) = run($machine, 'list');

	unlike($text, qr/^(?:not )?ok \d+ - (?!host:)/m, 'no point of the firmware runs');
	like($text, qr/^# cpu\.clock/m, 'points are named');
	like($text, qr/^# busproof: PASS$/m, 'the verdict is PASS');
	return;
}
