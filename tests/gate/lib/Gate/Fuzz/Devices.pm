# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Devices;

# The devices that are drawn: how often, by which names, what stands behind each, and what is plugged into it.

use v5.36;

use Gate::Fuzz::Backends;

use constant { GENERIC => '', TRANSITIONAL => '-transitional', MODERN => '-non-transitional' };

my @ALL_NAMES = (GENERIC, GENERIC, GENERIC, TRANSITIONAL, MODERN);

my @VIRTIO = (
	{ name => 'blk', weight => 8, names => \@ALL_NAMES, backend => \&Gate::Fuzz::Backends::disk, threads => 1 },
	{ name => 'net', weight => 8, names => \@ALL_NAMES, backend => \&Gate::Fuzz::Backends::network },
	{ name => 'rng', weight => 5, names => \@ALL_NAMES, backend => \&Gate::Fuzz::Backends::numbers },
	{ name => 'serial', weight => 5, names => \@ALL_NAMES, plug => \&_plug_ports },
	{ name => 'scsi', weight => 7, names => \@ALL_NAMES, plug => \&_plug_scsi, threads => 1 },
	{ name => '9p', weight => 5, names => \@ALL_NAMES, backend => \&Gate::Fuzz::Backends::folder },
	{ name => 'balloon', weight => 4, names => \@ALL_NAMES },
	{ name => 'gpu', weight => 4 },
	{ name => 'keyboard', weight => 2 }, { name => 'mouse', weight => 2 }, { name => 'tablet', weight => 2 },
	{ name => 'multitouch', weight => 2 },
	{ name => 'crypto', weight => 3, backend => \&Gate::Fuzz::Backends::cipher },
	{ name => 'sound', weight => 3, backend => \&Gate::Fuzz::Backends::sound },
	{ name => 'rtc', weight => 2 },
);

# No virtio devices: the engines that busproof knows, and others that it must leave alone.
my @OTHERS = (
	(map { { name => $_, weight => 3, plug => \&_plug_scsi } } qw(lsi53c810 lsi53c895a)),
	(map { { name => $_, weight => 2, backend => \&Gate::Fuzz::Backends::network } }
		qw(e1000 i82551 i82557c i82559c i82559er i82801 tulip pcnet sunhme)),
	{ name => 'pci-ohci', weight => 3, plug => \&_plug_usb },
	{ name => 'nvme', weight => 3, backend => \&_engine_disk },
	{ name => 'iommu-testdev', weight => 2 },
	{ name => 'ide', weight => 2, place => \&_plug_ide },
	(map { { name => $_, backend => \&Gate::Fuzz::Backends::network } } qw(rtl8139 ne2k_pci vmxnet3 e1000-82544gc)),
	(map { { name => $_, plug => \&_plug_usb } } qw(usb-ehci piix3-usb-uhci qemu-xhci)),
	(map { { name => $_, plug => \&_plug_scsi } } qw(am53c974 megasas mptsas1068 pvscsi)),
	(map { { name => $_, backend => \&Gate::Fuzz::Backends::sound } } qw(AC97 ES1370)),
	(map { { name => $_, settings => ['romfile', ''] } } qw(VGA secondary-vga bochs-display cirrus-vga ati-vga)),
	(map { { name => $_ } } qw(intel-hda ich9-ahci sdhci-pci pci-testdev i6300esb ctucan_pci)),
);

sub virtio ($random) { return $random->weighted(@VIRTIO) }
sub other ($random) { return $random->weighted(@OTHERS) }

# The name by which QEMU knows a virtio device, or one of its names.
sub driver_name ($device, $random) {
	return $device->{name} if !grep { $_ == $device } @VIRTIO;
	return "virtio-$device->{name}-pci" . ($device->{names} ? $random->pick($device->{names}->@*) : GENERIC);
}

sub is_virtio ($device) { return scalar grep { $_ == $device } @VIRTIO }

# ---- What is plugged into devices that are buses ------------------------------------------------------------------

# None, one or more ports of a serial device, with a number or without.
sub _plug_ports ($drawing, $id, $controller) {
	my ($random, $machine) = ($drawing->random, $drawing->machine);
	my $number = $random->chance(50) ? 0 : $random->between(1, 3);

	for my $i (1 .. $random->pick(0, 1, 1, 2)) {
		my @chardevs = $random->chance(15) ? () : Gate::Fuzz::Backends::chardevs($drawing, "$id-$i");
		for my $chardev (@chardevs ? @chardevs : undef) {
			my $driver = $number == 0 || $random->chance(25) ? 'virtconsole' : 'virtserialport';
			$machine->add('device', "port-$number-$id", driver => $driver, bus => "$id.0",
				$random->chance(70) ? (nr => $number) : (),
				defined $chardev ? (chardev => $chardev) : (), $random->chance(40)
					? (name => $random->pick('busproof', 'org.example.port', 'p')) : ());
			$number++;
		}
	}
	return;
}

sub _plug_scsi ($drawing, $id, $controller) {
	my ($random, $machine) = ($drawing->random, $drawing->machine);
	my $wide = $controller =~ /virtio/;
	my $first = $random->chance(50) ? 0 : $random->between(0, $wide ? 255 : 6);

	for my $i (1 .. $random->pick(0, 0, 1, 1, 1, 2, 3)) {
		my $name = "$id-$i";
		my $lun = $random->chance(75) ? 0 : $random->between(0, $wide ? 300 : 7);
		my @place = $random->chance(70) ? ('scsi-id' => $first + $i - 1, lun => $lun) : ();
		my $is_cd = $random->chance(30);
		my @backend = $is_cd ? Gate::Fuzz::Backends::medium($drawing, $name)
			: Gate::Fuzz::Backends::disk($drawing, $name, $wide ? '' : 'engine-');
		$machine->add('device', "target-$name", driver => $is_cd ? 'scsi-cd' : 'scsi-hd',
			bus => "$id.0", @place, @backend);
	}
	return;
}

sub _plug_usb ($drawing, $id, $controller) {
	my $random = $drawing->random;

	$drawing->machine->add('device', "key-$id", driver => $random->pick(qw(usb-kbd usb-mouse usb-tablet)),
		bus => "$id.0")
		if $random->chance(30);
	return;
}

# The controller is on the board.
sub _plug_ide ($drawing, $id) {
	my $random = $drawing->random;
	my $is_cd = $random->chance(30);

	return if $drawing->{ide}++;
	$drawing->{count}++;
	$drawing->machine->add('device', $id, driver => $is_cd ? 'ide-cd' : 'ide-hd', bus => 'ide.' . $random->below(2),
		$is_cd ? Gate::Fuzz::Backends::medium($drawing, $id)
			: Gate::Fuzz::Backends::disk($drawing, $id, 'engine-'));
	return;
}

# Serial numbers of disks that are there for DMA begin so; NVMe needs one.
sub _engine_disk ($drawing, $id) {
	my @backend = Gate::Fuzz::Backends::disk($drawing, $id, 'engine-');

	return (@backend, grep({ $_ eq 'serial' } @backend) ? () : (serial => "engine-$id"));
}

1;
