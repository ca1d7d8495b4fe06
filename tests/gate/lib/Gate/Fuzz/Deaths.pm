package Gate::Fuzz::Deaths;

# Machines that kill QEMU, or make it stand still, whatever boots in them. They are legal, so that few of them are drawn;
# how they end says nothing about busproof. A machine that dies and is not listed here is a finding.

use v5.36;

use Gate::Fuzz::Machine;

# machine: whether it is one of these; before: the first version of QEMU that is not affected.
my @DEATHS = (
	{ name => 'slots above 14 of Alpha', reason => 'the bus has 64 interrupt lines, a higher slot raises others: an assertion fails',
	  machine => sub ($machine) { $machine->architecture eq 'alpha' && grep { _root_slot($_) > 14 } $machine->devices } },
	{ name => 'a disk with a thread of its own', reason => 'a dead lock between the threads', before => 11,
	  machine => sub ($machine) { grep { defined Gate::Fuzz::Machine::value($_, 'iothread') } $machine->devices } },
	{ name => 'a Cirrus VGA on sun4u', reason => 'it aborts before it has started the machine',
	  machine => sub ($machine) { $machine->architecture eq 'sparc64'
		&& grep { Gate::Fuzz::Machine::driver($_) eq 'cirrus-vga' } $machine->devices } },
	{ name => 'a page for each queue', reason => 'the regions of its doorbells are torn down while they are in use',
	  machine => sub ($machine) { grep { _has_pages($_) } $machine->devices } },
);

# The names of all that threaten this machine on such a QEMU.
sub threatening ($machine, $version) {
	return map { $_->{name} } grep { (!$_->{before} || $version < $_->{before}) && $_->{machine}->($machine) } @DEATHS;
}

sub reason ($name) {
	my ($death) = grep { $_->{name} eq $name } @DEATHS;
	return $death->{reason};
}

sub _root_slot ($device) {
	return -1 if defined Gate::Fuzz::Machine::value($device, 'bus');
	my ($slot) = (Gate::Fuzz::Machine::value($device, 'addr') // '') =~ /^([0-9a-f]+)/ or return -1;
	return hex $slot;
}

sub _has_pages ($device) {
	return Gate::Fuzz::Machine::driver($device) =~ /^virtio-(?:scsi|net|gpu|balloon)/
		&& (Gate::Fuzz::Machine::value($device, 'page-per-vq') // 'off') eq 'on';
}

1;
