# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Values;

# Values that QEMU takes for the properties of a device. Switches are those that its help calls bool; what a number may
# be only its documentation and source say, so they are listed here. What belongs to the place or the backend of a
# device is not drawn here, nor what asks for another device than the standard's (use-disabled-flag; a virtqueue_size
# that is no power of two, COMMON-15), what is for migration and for tests of QEMU itself (x-...).

use v5.36;

my $NO_SWITCH = qr/^(?:x-|use-|migrate|virtio-pci-bus-master|multifunction$|aer$|hotplug$|share-rw$|disable-|
	iommu_platform$|scsi$|quirk|legacy-|zoned)/x;
my @BLOCK_SIZES = (512, 1024, 2048, 4096);

my %NUMBERS = (
	any => { vectors => [0, 1, 2, 4], rombar => [0, 1], bootindex => [0, 7] },
	'virtio-blk' => {
		'queue-size' => [4, 8, 16, 64, 128, 256, 512, 1024], 'num-queues' => [1, 2, 4, 8],
		logical_block_size => \@BLOCK_SIZES, physical_block_size => [@BLOCK_SIZES, 8192, 65536],
		min_io_size => [4096, 65536], opt_io_size => [65536, 131072],
		discard_granularity => [0, 512, 4096, 65536],
		'max-discard-sectors' => [1, 8, 1024, 4194303], 'max-write-zeroes-sectors' => [1, 8, 1024, 4194303],
		werror => [qw(report ignore enospc)], rerror => [qw(report ignore)], 'write-cache' => [qw(on off auto)],
		'account-failed' => [qw(on off)], heads => [16], secs => [63], cyls => [100],
	},
	'virtio-net' => {
		rx_queue_size => [256, 512, 1024], tx_queue_size => [256],
		mac => ['52:54:00:aa:bb:cc', '02:00:00:00:00:01'],
		host_mtu => [68, 1280, 1500, 9000, 65535], speed => [10, 1000, 100000], duplex => [qw(half full)],
		tx => [qw(bh timer)], rsc_interval => [1, 300000],
	},
	'virtio-rng' => {
		'max-bytes' => [1, 16, 64, 1024, 1048576], period => [1, 10, 1000],
	},
	'virtio-serial' => { max_ports => [1, 2, 3, 16, 31] },
	'virtio-scsi' => {
		num_queues => [1, 2, 4, 8], virtqueue_size => [4, 16, 64, 128, 256, 1024],
		cmd_per_lun => [1, 16, 128],
		max_sectors => [1, 8, 128, 65535],
	},
	'virtio-gpu' => { max_outputs => [1, 2, 4, 16], xres => [320, 1024, 1920], yres => [200, 768, 1080],
		max_hostmem => [1048576, 16777216, 268435456] },
	'virtio-keyboard' => { serial => ['key', 'k' x 40] },
	'virtio-mouse' => { serial => ['mouse'] },
	'virtio-tablet' => { serial => ['tablet'] },
	'virtio-multitouch' => { serial => ['touch'] },
	'virtio-sound' => { jacks => [0, 1, 8], streams => [1, 2, 4, 8], chmaps => [0, 1, 8] },
	nvme => { max_ioqpairs => [1, 2, 64], mdts => [1, 7, 0], mqes => [15, 127, 2047], msix_qsize => [1, 65],
		cmb_size_mb => [0, 1, 16], logical_block_size => \@BLOCK_SIZES },
	VGA => { vgamem_mb => [1, 2, 8, 16, 64] },
	'bochs-display' => { vgamem => [1048576, 16777216] },
);

# Pairs of a name and a value: each switch of the device is turned, and each number given, in so many per cent of cases.
sub draw ($random, $offer, $device, $percent) {
	my @settings = map { _switch($random, $_, $percent) } grep { $_->{type} eq 'bool' && $_->{name} !~ $NO_SWITCH }
		$offer->properties($device)->@*;
	my $numbers = $NUMBERS{$device =~ s/-pci.*//r} // {};
	my %all = ($NUMBERS{any}->%*, %$numbers);

	for my $name (sort keys %all) {
		next if !$offer->has_property($device, $name) || !$random->chance($percent);
		push @settings, $name, $random->pick($all{$name}->@*);
	}
	return @settings;
}

# Mostly the other way round than it is; now and then what it is, said.
sub _switch ($random, $property, $percent) {
	my $is_on = ($property->{default} // 'off') =~ /^(?:true|on)$/;

	return () if !$random->chance($percent);
	return ($property->{name}, ($is_on xor $random->chance(85)) ? 'on' : 'off');
}

1;
