#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Ways into the monitor and out of it: back to a console firmware with all given back, after a run that has failed, and
# none where nobody has asked. And what a run prints where the rest is the monitor's to show.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Monitor qw(ask bad finish good heard keys_typed start);
use Testing::Program qw(output_of);

my $GATE = dirname(abs_path(__FILE__));
my @TESTS = (
	['quit to OpenBIOS' => \&quit_to_openbios],
	['quit to SRM' => \&quit_to_srm],
	['a failure in full' => \&judge_failure],
	['a summary is short' => \&judge_summary],
	['nobody asked for it' => \&judge_absence],
);

# Those that the command line names, or all.
my ($only) = @ARGV;
subtest @$_ for grep { !defined $only || $_->[0] eq $only } @TESTS;
done_testing();

# ---- Back to a firmware -------------------------------------------------------------------------------------------

# All kinds of things that quit must take back.
sub change ($machine) {
	my ($function) = ask($machine, 'pci') =~ /(\S+) 1af4:1044/;
	my ($frame) = ask($machine, 'frames take 2') =~ /^phys:([0-9a-f]+): /m;
	my ($bus) = ask($machine, "map $function $frame 2000") =~ /: bus ([0-9a-f]+)-/;
	my ($engine) = ask($machine, 'engine list') =~ /^ *([0-9a-f]+): rng\@\Q$function\E\//m;
	my ($line) = ask($machine, 'irq') =~ /^  line ([0-9a-f]+): \Q$function\E /m;

	good($machine, "engine run $engine $bus", qr/^moved: /m);
	good($machine, "irq on $line force", qr/ let through/);
	return;
}

sub quit_to_openbios () {
	my $machine = start('sparc64', 'mixed', '', '--firmware', 'openbios');

	change($machine);
	keys_typed($machine, "quit\r");
	ok(heard($machine, qr/^# busproof: nothing was judged\nEXIT\n2 > \z/m), 'the prompt of Forth');
	keys_typed($machine, "1 2 + .\r");
	ok(heard($machine, qr/1 2 \+ \. *3/), 'it reads, adds and answers');
	finish($machine);
	return;
}

# The model looks whether all was given back, and ends the machine at its prompt.
sub quit_to_srm () {
	my $devices = join ' ', map { "-device $_" } 'pci-ohci,addr=5',
		'virtio-rng-pci,disable-legacy=on,iommu_platform=on,addr=6';
	my $machine = start('alpha', $devices, '', '--firmware', 'srm');

	change($machine);
	keys_typed($machine, "quit\r");
	ok(heard($machine, qr/^# busproof: nothing was judged\n.*^P00>>>\n# model: good: all was given back$/ms),
		'the prompt of SRM, and nothing is missing');
	finish($machine);
	return;
}

# ---- Runs ---------------------------------------------------------------------------------------------------------

# A deviation that is looked at without its list fails, and can be seen without another run.
sub judge_failure () {
	my $machine = start('alpha', 'mixed', 'deviations=off');

	ask($machine, 'log summary');
	bad($machine, 'run typhoon.*', qr/\d+ points failed; "last" shows them/);
	like(ask($machine, 'last'), qr/failed, .*^not ok - typhoon\.\S+.*^verdict: fail\n.*^reason: /ms,
		'last, in full');
	keys_typed($machine, "quit\r");
	ok(heard($machine, qr/^# quit: there is no going back to the firmware: .*; the machine goes off$/m),
		'quit: says that it cannot');
	ok(heard($machine, qr/^# busproof: FAIL \d+$/m), 'quit: the verdict is that of the run');
	finish($machine);
	return;
}

# Everything, as a console of 9600 baud has it: with failures, and without the list of those that are known.
sub judge_summary () {
	for my $words ('', 'deviations=off') {
		my ($text) = output_of("$GATE/boot", qw(--raw --machine alpha --devices mixed --timeout 120 --append),
			"log=summary $words");
		my @lines = grep { !/host/ } split /^/, $text;
		my ($first) = grep { $lines[$_] =~ /^TAP version/ } 0 .. $#lines;
		my ($last) = grep { $lines[$_] =~ /^# busproof: / } 0 .. $#lines;
		ok(defined $first && defined $last, "there is a summary: log=summary $words") or next;
		my @summary = @lines[$first .. $last];
		cmp_ok(scalar @summary, '<', 40, 'of less than 40 lines');
		cmp_ok(length join('', @summary), '<', 3000, 'and 3 KB');
		like(join('', @summary), qr/^ok \d+ - cpu: \d+ points: /m, 'with a line for each suite');
	}
	return;
}

sub judge_absence () {
	my ($text) = output_of("$GATE/boot", qw(--raw --machine alpha --devices none --append tests=cpu.clock));
	unlike($text, qr/monitor|press m/, 'a run on QEMU neither waits for a key nor has a prompt');
	return;
}
