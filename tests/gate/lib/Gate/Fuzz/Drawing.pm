# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Drawing;

# Draws one machine: how many devices, on which slots, functions and bridges, with which properties, how much memory and
# which options. The devices themselves are Gate::Fuzz::Devices', their values Gate::Fuzz::Values'.

use v5.36;

use Gate::Fuzz::Deaths;
use Gate::Fuzz::Devices;
use Gate::Fuzz::Machine;
use Gate::Fuzz::Random;
use Gate::Fuzz::Values;
use Gate::Port;

use constant { DRAWS => 100, DEATH_PER_CENT => 3, FUNCTIONS => 8, BRIDGE_SLOTS => 31, NAME_LENGTH => 8 };

# The machine of this name, the same each time: of what has been drawn the first that no known death of QEMU threatens,
# but for few.
sub draw ($architecture, $offer, $name) {
	my $wants_death = Gate::Fuzz::Random->new("$name risk")->chance(DEATH_PER_CENT);

	for my $draw (1 .. DRAWS) {
		my $machine = _draw($architecture, $offer, "$name draw $draw");
		return $machine if $wants_death || !Gate::Fuzz::Deaths::threatening($machine, $offer->version);
	}
	die "$name: every machine threatens to kill QEMU\n";
}

sub _draw ($architecture, $offer, $name) {
	my $self = bless { random => Gate::Fuzz::Random->new($name), offer => $offer, count => 0, slots => {},
		machine => Gate::Fuzz::Machine->new($architecture) }, __PACKAGE__;
	my $random = $self->{random};

	$self->{density} = $random->pick(0, 3, 3, 10, 10, 30);
	my $board = $self->{board} = Gate::Port::named($architecture)->board;
	$self->{buses} = [{ name => $board->named_bus, slots => [$board->slots], depth => 0 }];
	$self->_memory;
	$self->_options;
	$self->_pvpanic;
	$self->_bridge while $random->chance(20);
	my $wanted = $random->pick(1, 1, 1, 2, 2, 2, 3, 3, 4, 6);
	for (my $tries = 0; $self->{count} < $wanted && $tries < DRAWS; $tries++) {
		$self->_device;
	}
	return $self->{machine};
}

sub random ($self) { return $self->{random} }
sub machine ($self) { return $self->{machine} }

# ---- The board ----------------------------------------------------------------------------------------------------

sub _memory ($self) {
	my $size = $self->{random}->weighted({ is => '128M', weight => 10 }, map { { is => $_ } }
		qw(44M 48M 64M 96M 100M 160M 256M 512M));

	$self->{machine}->add('memory', '', size => $size->{is});
	return;
}

sub _options ($self) {
	my ($random, $machine) = $self->@{qw(random machine)};
	my @cpus = grep { $_ <= $self->{board}->cpus } 2, 4;

	$machine->add_options('-smp', $random->pick(@cpus)) if @cpus && $random->chance(12);
	$machine->add_options('-rtc', $random->pick('base=2001-02-03T04:05:06', 'clock=vm', 'base=localtime'))
		if $random->chance(5);
	$machine->add_options('-accel', 'tcg,thread=single') if $random->chance(5);
	$machine->add_options('-icount', 'shift=' . $random->pick('0', '3', 'auto')) if $random->chance(3);
	$machine->add_options('-M', $random->pick(qw(usb=on usb=off dump-guest-core=off mem-merge=off)))
		if $random->chance(6);
	return if !$random->chance(8);
	return $machine->with_defaults if $random->chance(50);
	$machine->add_options(@{$random->pick(['-vga', 'std'], ['-nic', 'user,model=virtio-net-pci'],
		['-nic', 'none'], ['-usb'])});
	return;
}

# What carries a failed run into QEMU's exit status; a user need not know it.
sub _pvpanic ($self) {
	return if $self->{random}->chance(20);
	my $place = $self->_place('pvpanic') // return;

	$self->{machine}->add('device', 'pvpanic', driver => 'pvpanic-pci', @$place);
	return;
}

# ---- Places -------------------------------------------------------------------------------------------------------

# A free slot of a bus, or a further function in one that is taken: settings of a device. On a default bus QEMU may
# choose.
sub _place ($self, $id) {
	my $random = $self->{random};
	my $bus = $random->pick($self->{buses}->@*);
	my @bus = defined $bus->{name} ? (bus => $bus->{name}) : ();

	return [] if !@bus && !$self->{fixed} && $random->chance(25);
	my @shared = grep { $_->{bus} == $bus && $_->{next} < FUNCTIONS } values $self->{shared}->%*;
	if (@shared && (!$bus->{slots}->@* || $random->chance(30))) {
		my $slot = (sort { $a->{slot} <=> $b->{slot} } @shared)[$random->below(scalar @shared)];
		my $function = $slot->{next};
		$slot->{next} += $random->weighted({ is => 1, weight => 4 }, { is => 2 })->{is};
		return [@bus, addr => sprintf '%x.%d', $slot->{slot}, $function];
	}
	return if !$bus->{slots}->@*;
	my ($slot) = splice $bus->{slots}->@*, $random->below(scalar $bus->{slots}->@*), 1;
	my $is_shared = $random->chance($bus->{name} && $bus->{slots}->@* < 3 ? 80 : 20);
	$self->{shared}{"$id"} = { bus => $bus, slot => $slot, next => 1 } if $is_shared;
	return [@bus, addr => sprintf('%x.0', $slot), $is_shared ? (multifunction => 'on') : ()];
}

sub _bridge ($self) {
	my $number = 1 + grep { $_->{depth} } $self->{buses}->@*;
	my $place = $self->_place("bridge-$number") // return;
	my $id = "bridge-$number";

	$self->{machine}->add('device', $id, driver => 'pci-bridge', chassis_nr => $number, @$place);
	push $self->{buses}->@*, { name => $id, slots => [1 .. BRIDGE_SLOTS], depth => 1 };
	return;
}

# ---- Devices ------------------------------------------------------------------------------------------------------

sub _device ($self) {
	my ($random, $offer, $machine) = $self->@{qw(random offer machine)};
	my $device = $random->chance(75) ? Gate::Fuzz::Devices::virtio($random) : Gate::Fuzz::Devices::other($random);
	my $id = substr($device->{name} =~ s/\W//gr, 0, NAME_LENGTH) . '-' . ($self->{count} + 1);
	my $driver = Gate::Fuzz::Devices::driver_name($device, $random);

	return $device->{place}->($self, $id) if $device->{place};
	return if !$offer->has($driver);
	my $place = $self->_place($id) // return;
	$self->{count}++;
	my @backend = ($device->{backend} // \&Gate::Fuzz::Backends::nothing)->($self, $id);
	my @settings = (Gate::Fuzz::Devices::is_virtio($device) ? $self->_transport($driver) : (),
		Gate::Fuzz::Values::draw($random, $offer, $driver, $self->{density}), ($device->{settings} // [])->@*);

	push @backend, Gate::Fuzz::Backends::iothread($self, $id)
		if $device->{threads} && $offer->has_property($driver, 'iothread') && $random->chance(6);
	$machine->add('device', $id, driver => $driver, _once(@backend, @settings), @$place);
	$device->{plug}->($self, $id, $driver) if $device->{plug};
	return;
}

# How a virtio device presents itself. Bit 33 goes with a device that has no legacy interface only.
sub _transport ($self, $driver) {
	my ($random, $offer) = $self->@{qw(random offer)};
	my $is_modern = $driver =~ /-non-transitional$/ || !$offer->has_property($driver, 'disable-legacy');

	return $is_modern && $random->chance(60) ? (iommu_platform => $random->pick(qw(on off))) : ()
		if $driver =~ /transitional$/;
	my $style = $random->weighted({ is => [], weight => 2 },
		{ is => ['disable-legacy', 'on', 'iommu_platform', 'on'], weight => 5 },
		{ is => ['disable-legacy', 'on', 'iommu_platform', 'off'], weight => 3 },
		{ is => ['disable-legacy', 'off', 'iommu_platform', 'off'], weight => 3 },
		{ is => ['disable-legacy', 'off', 'disable-modern', 'on', 'iommu_platform', 'off'], weight => 2 });
	my @settings = $style->{is}->@*;
	return map { $offer->has_property($driver, $settings[2 * $_]) ? @settings[2 * $_, 2 * $_ + 1] : () }
		0 .. @settings / 2 - 1;
}

# The first of what is said twice.
sub _once (@settings) {
	my (%seen, @once);

	while (my ($name, $value) = splice @settings, 0, 2) {
		push @once, $name, $value unless $seen{$name}++;
	}
	return @once;
}

1;
