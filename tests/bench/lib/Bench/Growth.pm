package Bench::Growth;

# The machines of the benchmark's growth: a number of virtio devices behind bridges, and sizes of memory, with what this
# computer must have for them.

use v5.36;

# Slots of a pci-bridge: its own hot-plug controller takes slot 0. A bridge holds bridges, these hold the devices, so
# that one slot of the root bus is enough on either machine.
use constant { SLOTS => 31, MOST_DEVICES => 31 * 31 };

my %MACHINE = (
	alpha => { type => 'clipper', bus => '', pvpanic => '2.0', bridge => '3.0' },
	sparc64 => { type => 'sun4u', bus => qq(  bus = "pciB"\n), pvpanic => '0.0', bridge => '1.0' },
);

# In QEMU's -readconfig format. Devices of one type only, so that runs differ in their number alone; every other one
# offers bit 33.
sub devices ($machine, $number) {
	my $place = $MACHINE{$machine} // die "growth: no machine '$machine'\n";
	my @parts = (qq([machine]\n  type = "$place->{type}"\n), qq([memory]\n  size = "128M"\n),
		_device('pvpanic', 'pvpanic-pci', "$place->{bus}  addr = \"$place->{pvpanic}\"\n"),
		_device('near', 'pci-bridge', "$place->{bus}  chassis_nr = \"1\"\n  addr = \"$place->{bridge}\"\n"),
		qq([object "source"]\n  qom-type = "rng-builtin"\n));

	die "growth: $number devices: from 1 to @{[MOST_DEVICES]}\n" if $number < 1 || $number > MOST_DEVICES;
	for my $i (0 .. $number - 1) {
		my ($far, $slot) = (int $i / SLOTS, $i % SLOTS + 1);
		push @parts, _device("far$far", 'pci-bridge',
			sprintf qq(  bus = "near"\n  chassis_nr = "%d"\n  addr = "%x.0"\n),
			$far + 2, $far + 1) if $slot == 1;
		push @parts, _device("rng$i", 'virtio-rng-pci', sprintf qq(  rng = "source"\n  disable-legacy = "on"\n)
			. qq(  iommu_platform = "%s"\n  bus = "far%d"\n  addr = "%x.0"\n),
			$i % 2 ? 'off' : 'on', $far, $slot);
	}
	return join "\n", @parts;
}

sub _device ($id, $driver, $settings) {
	return qq([device "$id"]\n  driver = "$driver"\n$settings);
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
