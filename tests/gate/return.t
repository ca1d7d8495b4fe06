#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Gives the machine back with halt=return: OpenBIOS must be at its prompt and alive, and find in PCI, in the IOMMU and
# in the interrupt registers what it finds there when nobody has run; and where there is no firmware to go back to, the
# run must be refused with the reason.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use JSON::PP qw(decode_json encode_json);
use Test::More;
use Time::HiRes qw(sleep time);

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_alone output_of);
use Testing::Serial qw(started heard finish);

use constant PATIENCE => 80;

my $GATE = dirname(abs_path(__FILE__));
# Of Simba, of its interrupts and of the IOMMU: what "info pci" does not show.
my @MONITOR = ('info pci', 'xp /16wx 0x1fe01000800', 'xp /16wx 0x1fe01000900', 'xp /1wx 0x1fe010008dc',
	'xp /1wx 0x1fe010009dc', 'xp /2gx 0x1fe00000200', 'xp /1gx 0x1fe00002028', 'xp /64gx 0x1fe00000c00',
	'xp /40gx 0x1fe00001000');

subtest 'OpenBIOS' => \&back_in_openbios;
subtest 'refused' => sub () {
	refused('alpha', qr/QEMU's PALcode has no console to go back to/);
	refused('alpha', qr/busproof's own PALcode has started it/, '--firmware', 'pal');
	refused('sparc64', qr/busproof's own PROM has started it/);
};
done_testing();

sub back_in_openbios () {
	my $untouched = start(qr/-kernel \S+ -append '.*?'/);
	ok(heard($untouched, qr/\n0 > /), 'OpenBIOS alone is at its prompt') or return finish($untouched);
	my $registers = registers($untouched);
	like($registers, qr/^\s*BAR0: .*\n(?:.*\n)*\S+: 0x\S+ 0x/m, 'registers can be seen');
	finish($untouched);

	my $machine = start();
	if (!ok(heard($machine, qr/\n# busproof: PASS\nEXIT\n2 > /), 'the last line, and then the prompt')) {
		diag(substr $machine->{heard}, -400);
		return finish($machine);
	}
	is(registers($machine), $registers, 'registers are as OpenBIOS has left them');
	print { $machine->{to} } "1234 2 * .\r";
	ok(heard($machine, qr/2468/), 'it reads and answers');
	print { $machine->{to} } "power-off\r";
	ok(heard($machine, undef), 'and switches the machine off');
	finish($machine);
	return;
}

# A machine with the set mixed, without what of its command matches $cut, and with the socket of its monitor: qmp.
sub start ($cut = undef) {
	my $folder = tempdir(CLEANUP => 1);
	my @boot = ("$GATE/boot", qw(--print-command --machine sparc64 --devices mixed --firmware openbios),
		'--folder', "$folder/machine", '--append', 'tests=dma.*,virtio.view.*,virtio.intx.* halt=return',
		map { ('--qemu-option', $_) } '-qmp', "unix:$folder/qmp,server=on,wait=off");
	my ($command) = output_of(@boot);
	$command =~ s/$cut// if $cut;
	my $machine = started($command, PATIENCE);
	my $end = time + PATIENCE;
	sleep 0.1 while !($machine->{qmp} = IO::Socket::UNIX->new("$folder/qmp")) && time < $end;
	return $machine;
}

# What the monitor says to each of @MONITOR.
sub registers ($machine) {
	return 'no monitor' if !$machine->{qmp};
	ask($machine, 'qmp_capabilities') if !$machine->{asked}++;
	return join '', map { ask($machine, 'human-monitor-command', 'command-line' => $_) } @MONITOR;
}

# QMP answers a command by a line, among lines of its own.
sub ask ($machine, $command, %arguments) {
	my $qmp = $machine->{qmp};

	print {$qmp} encode_json({ execute => $command, arguments => \%arguments }), "\n";
	while (my $line = <$qmp>) {
		my $said = decode_json($line);
		return ref $said->{return} ? '' : $said->{return} if exists $said->{return};
		return "error: $line" if $said->{error};
	}
	return 'QEMU has ended';
}

sub refused ($name, $reason, @options) {
	my ($text, $status) = output_alone("$GATE/boot", qw(--raw --devices none --timeout 60 --append halt=return),
		'--machine', $name, @options);

	is($status, 1, "$name: exit status");
	like($text, qr/^not ok 1 - halt$/m, "$name: a point fails");
	like($text, qr/^# nothing was run: halt=return is impossible: .*$reason/m, "$name: with the reason");
	like($text, qr/^# busproof: FAIL 1$/m, "$name: and the verdict");
	return;
}
