#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots each machine twice, with the clock of the computer and with one that counts instructions (QEMU's -icount), which
# goes slower or faster than that by far: a verdict that a clock decided would differ. All must be the same but times,
# and deviations that are listed as showing sometimes (Gate::Fuzz::Said).

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Fuzz::Said;
use Gate::Port;
use Testing::Program qw(output_of);

my $BOOT = dirname(abs_path(__FILE__)) . '/boot';
my @MACHINES = grep { -e dirname(abs_path(__FILE__)) . "/../../build/$_/busproof.elf" } Gate::Port::names();
my $TESTS = 'tests=virtio.view.*,virtio.refuse.*,virtio.split.*,virtio.intx.*,dma.revoked-in-flight';

for my $machine (@MACHINES) {
	my ($plain, $status) = run($machine);
	my ($counted, $counted_status) = run($machine, '--qemu-option', '-icount', '--qemu-option',
		'shift=1,sleep=off');

	is($status, 0, "$machine: passes");
	is($counted_status, 0, "$machine: passes with a clock that counts instructions");
	cmp_ok(scalar(() = $plain =~ /^(?:not )?ok \d+ - (?!host:)/mg), '>', 100, "$machine: with points to compare");
	my @differences = Gate::Fuzz::Said->new($plain)->differences(Gate::Fuzz::Said->new($counted));
	is(join("\n", map { $_->{text} } @differences), '', "$machine: and says the same");
}
done_testing();

# What the firmware says, but for times, and boot's exit status.
sub run ($machine, @options) {
	my ($text, $status) = output_of($BOOT, '--raw', '--machine', $machine, '--devices', 'mixed', '--append', $TESTS,
		@options);
	my @lines = grep { !/^# time: / } split /^/, $text;
	my ($last) = grep { $lines[$_] =~ /^# busproof: (?:PASS|FAIL)/ } 0 .. $#lines;
	return (join('', @lines[0 .. $last // $#lines]), $status);
}
