# SPDX-License-Identifier: BSD-2-Clause
package Bench::Growth;

# The machines of the benchmark's growth: a number of virtio devices behind bridges, and sizes of memory, with what this
# computer must have for them.

use v5.36;

use Gate::Port;
use Gate::Sections;

# Slots of a pci-bridge: its own hot-plug controller takes slot 0. A bridge holds bridges, these hold the devices, so
# that one slot of the root bus is enough on every machine.
use constant { SLOTS => 31, MOST_DEVICES => 31 * 31 };

# In QEMU's -readconfig format. Devices of one type only, so that runs differ in their number alone; every other one
# offers bit 33.
sub devices ($machine, $number) {
	my $port = Gate::Port::named($machine) // die "growth: no machine '$machine'\n";
	my $board = $port->board;
	my @bus = defined $board->named_bus ? (bus => $board->named_bus) : ();
	my @sections = ($board->sections, _device('near', driver => 'pci-bridge', @bus, chassis_nr => 1,
			addr => sprintf '%x.0', ($board->places)[0]),
		_section('object', 'source', 'qom-type' => 'rng-builtin'));

	die "growth: $number devices: from 1 to @{[MOST_DEVICES]}\n" if $number < 1 || $number > MOST_DEVICES;
	for my $i (0 .. $number - 1) {
		my ($far, $slot) = (int $i / SLOTS, $i % SLOTS + 1);
		push @sections, _device("far$far", driver => 'pci-bridge', bus => 'near', chassis_nr => $far + 2,
			addr => sprintf '%x.0', $far + 1) if $slot == 1;
		push @sections, _device("rng$i", driver => 'virtio-rng-pci', rng => 'source', 'disable-legacy' => 'on',
			iommu_platform => $i % 2 ? 'off' : 'on', bus => "far$far", addr => sprintf '%x.0', $slot);
	}
	return Gate::Sections::text([], @sections);
}

sub _device ($id, @settings) { return _section('device', $id, @settings) }

sub _section ($kind, $id, @settings) {
	my $section = { kind => $kind, id => $id, settings => [] };

	while (my ($name, $value) = splice @settings, 0, 2) {
		push $section->{settings}->@*, [$name, $value];
	}
	return $section;
}

# MiB of "64M" or "16G"; nothing when it is no size.
sub megabytes ($size) {
	my ($number, $unit) = $size =~ /^([1-9]\d{0,5})([MG])$/ or return;
	return $number * ($unit eq 'G' ? 1024 : 1);
}

# Why this computer should not be asked for so much, or nothing. The firmware touches an eighth of what lies above
# 512 MiB (FRAMES_BLOCK in boot/frames.h) and all below.
sub too_much ($megabytes, $available) {
	my $touched = $megabytes <= 512 ? $megabytes : 512 + ($megabytes - 512) / 8;
	my $needed = $touched + 256;

	return if !defined $available || $available >= $needed;
	return sprintf 'this computer has %d MiB to spare, and about %d are touched', $available, $needed;
}

# MiB that can be had, by Linux's own estimate; nothing where it gives none.
sub available () {
	open my $file, '<', '/proc/meminfo' or return;
	my ($kilobytes) = map { /^MemAvailable:\s+(\d+) kB/ } <$file>;
	return defined $kilobytes ? int $kilobytes / 1024 : undef;
}

1;
