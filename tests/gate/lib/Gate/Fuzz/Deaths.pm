# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Deaths;

# Machines that kill QEMU, or make it stand still, whatever boots in them. They are legal, so that few of them are
# drawn; how they end says nothing about busproof. A machine that dies and is not listed here is a finding.

use v5.36;

use Gate::Fuzz::Machine;

use constant FIRST_FATAL_SLOT => 15;	# of clipper: its pins lead beyond the last line

# machine: whether it is one of these; since, before: the first version of QEMU that is affected, and that is not.
my @DEATHS = (
	{ name => 'a disk with a thread of its own', reason => 'a dead lock between the threads', before => 11,
	  machine => sub ($machine) { grep { defined Gate::Fuzz::Machine::value($_, 'iothread') } $machine->devices } },
	{ name => 'a VGA card on sun4u',
	  reason => 'some kinds abort before the machine has started, with some sizes of memory',
	  machine => sub ($machine) { $machine->architecture eq 'sparc64'
		&& grep { Gate::Fuzz::Machine::driver($_) =~ /^(?:cirrus-vga|VGA|ati-vga)$/ } $machine->devices } },
	{ name => 'a network card of Intel in a slot without an interrupt',
	  reason => 'it interrupts for a frame that nobody waits for, and QEMU ends at an interrupt of such a slot',
	  machine => sub ($machine) { $machine->architecture eq 'alpha'
		&& grep { Gate::Fuzz::Machine::driver($_) =~ /^i82/ && _slot($_) >= FIRST_FATAL_SLOT }
			$machine->devices } },
	{ name => 'several CPUs on clipper', since => 8,
	  reason => 'an access of one to the Cchip, while another is in a device behind it, is refused as re-entrant',
	  machine => sub ($machine) { $machine->architecture eq 'alpha' && $machine->has_option('-smp') } },
);

sub _slot ($device) { return hex((Gate::Fuzz::Machine::value($device, 'addr') // 0) =~ s/\..*//r) }

# The names of all that threaten this machine on such a QEMU.
sub threatening ($machine, $version) {
	return map { $_->{name} }
		grep { (!$_->{before} || $version < $_->{before})
		&& $version >= ($_->{since} // 0) && $_->{machine}->($machine) } @DEATHS;
}

sub reason ($name) {
	my ($death) = grep { $_->{name} eq $name } @DEATHS;
	return $death->{reason};
}

1;
