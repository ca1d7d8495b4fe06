# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host::Machine;

# The running machine as its guest names things: which of QEMU's objects is at a place on PCI, and what is behind it.
# QEMU tells places and ids by query-pci; a device without an id is looked for among its objects. Where a device is, is
# not remembered: a guest moves buses. What it was made with is, until devices come or go: each question costs a
# millisecond.

use v5.36;

use File::Basename qw(basename);

my @LIMITS = qw(bps bps_rd bps_wr iops iops_rd iops_wr);
my @FOLDERS = qw(/machine/peripheral /machine/peripheral-anon /machine/unattached);

sub new ($class, $qmp, %options) { return bless { qmp => $qmp, kept => {}, %options }, $class }

sub ask ($self, $command, %arguments) {
	$self->{made_with} = {} if $command =~ /^device_/;
	return $self->{qmp}->ask($command, %arguments);
}

sub event ($self, $name) { return $self->{qmp}->event($name) }
sub folder ($self) { return $self->{folder} }

# What a verb keeps for its counterpart.
sub kept ($self) { return $self->{kept} }

# The path of the object at a place, "01:02.0", or in the slot of virtio-mmio at an address, "0a003e00".
sub device ($self, $place) {
	return $self->_in_slot($place) if $place !~ /:/;
	my %at = map { $_->{place} => $_ } $self->_functions;
	my $function = $at{$place} // die "there is no device at $place\n";

	return "/machine/peripheral/$function->{id}" if $function->{id} ne '';
	my ($path) = grep { $self->_place($_, \%at) eq $place } $self->_objects($function);
	return $path // die "the device at $place has no name\n";
}

# The same, which must be of one of these types.
sub device_of ($self, $place, @types) {
	my $path = $self->device($place);
	my $type = $self->made_with($path, 'type');
	my $wanted = join '|', @types;

	die "the device at $place is a $type\n"
		if $type !~ /^virtio-(?:$wanted)(?:-gl)?(?:-pci|-device)?(?:-(?:non-)?transitional)?$/;
	return $path;
}

sub get ($self, $path, $property) { return $self->ask('qom-get', path => $path, property => $property) }

# The same, of a property that is what it was when the device was made.
sub made_with ($self, $path, $property) {
	return $self->{made_with}{$path}{$property} //= $self->get($path, $property);
}

sub set ($self, $path, $property, $value) {
	$self->ask('qom-set', path => $path, property => $property, value => $value);
	return;
}

# All properties of an object, by name: their types.
sub properties ($self, $path) {
	return map { $_->{name} => $_->{type} } $self->ask('qom-list', path => $path)->@*;
}

# The drive behind a device, as query-block has it: { device, node, file, limits }, the last being those of its
# throttle. One that is not a scratch disk of this run is somebody's own.
sub drive ($self, $path) {
	my %named = map { $_ => 1 } $path, "$path/virtio-backend", basename($path);
	my ($block) = grep { $named{$_->{qdev} // ''} } $self->ask('query-block')->@*;
	my $inserted = $block ? $block->{inserted} : undef;

	die "lacks a drive\n" if !$inserted;
	my $name = basename($inserted->{file} // '');
	die "lacks a scratch disk: the drive is somebody's own\n"
		if $inserted->{ro} || !grep { $_ eq $name } ($self->{disks} // [])->@*;
	my %limits = map { $_ => $inserted->{$_} // 0 } @LIMITS;
	$limits{iops_size} = $inserted->{iops_size} if $inserted->{iops_size};
	return { device => $block->{device} // '', node => $inserted->{'node-name'} // '', file => $name,
		limits => \%limits };
}

# ---- Places -------------------------------------------------------------------------------------------------------

# Every function: { place, id, slot, function, behind }, the last being the bus behind a bridge.
sub _functions ($self) {
	my @left = map { $_->{devices}->@* } $self->ask('query-pci')->@*;
	my @functions;

	while (my $device = shift @left) {
		my $bridge = $device->{pci_bridge};

		push @left, ($bridge->{devices} // [])->@* if $bridge;
		push @functions, { place => sprintf('%02x:%02x.%x', @$device{qw(bus slot function)}),
			id => $device->{qdev_id} // '', slot => $device->{slot}, function => $device->{function},
			behind => $bridge ? $bridge->{bus}{secondary} : undef };
	}
	return @functions;
}

# Objects that have a function's slot, on whatever bus.
sub _objects ($self, $function) {
	my $addr = $function->{slot} << 3 | $function->{function};

	return grep { (eval { $self->get($_, 'parent_bus') && $self->get($_, 'addr') } // -1) eq $addr } $self->_paths;
}

sub _paths ($self) {
	my @paths;

	for my $folder (@FOLDERS) {
		my $children = eval { $self->ask('qom-list', path => $folder) } // [];

		push @paths, map { "$folder/$_->{name}" } grep { $_->{type} =~ /^child</ } @$children;
	}
	return @paths;
}

# The device on the bus of the slot whose registers are at this address.
sub _in_slot ($self, $place) {
	for my $path ($self->_paths) {
		my ($slot) = (eval { $self->get($path, 'parent_bus') } // '') =~ m{^(.*)/virtio-mmio-bus\.\d+$} or next;
		return $path if (eval { $self->get("$slot/virtio-mmio[0]", 'addr') } // -1) == hex $place;
	}
	die "there is no device at $place\n";
}

# The place of an object: its slot, on the bus behind the bridge whose object its bus belongs to.
sub _place ($self, $path, $at) {
	my $addr = $self->get($path, 'addr');
	my ($bridge) = ($self->get($path, 'parent_bus') // '') =~ m{^(.*)/[^/]+$};
	my %bridge = defined $bridge ? eval { $self->properties($bridge) } : ();
	my $above = $bridge{addr} && $bridge{parent_bus} ? $at->{$self->_place($bridge, $at)} : undef;

	return sprintf '%02x:%02x.%x', $above ? $above->{behind} // 0 : 0, $addr >> 3, $addr & 7;
}

1;
