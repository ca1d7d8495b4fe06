# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Backends;

# What stands behind a device: disks, networks, character devices, folders, sources of numbers. Each function adds it to
# the machine of a drawing (Gate::Fuzz::Drawing) and returns the settings by which the device names it; none where the
# user left it out. Names of scratch disks and shares are also those of their files, as Gate::Config wants it.

use v5.36;

use constant SECTOR => 512;

my @DISK_SIZES = (0, 511, (map { $_ * SECTOR } 1 .. 8), 100 * SECTOR, 1 << 20, (3 << 20) + 512, 8 << 20);

# ---- Disks --------------------------------------------------------------------------------------------------------

# serial: what the device's serial is to be, when the harness is to make its scratch disk.
sub disk ($drawing, $id, $prefix = '') {
	my ($random, $machine) = ($drawing->random, $drawing->machine);
	my $kind = $random->weighted({ is => \&_our_scratch, weight => 8 }, { is => \&_users_image, weight => 10 },
		{ is => \&_null, weight => 2 });
	my ($settings, @of_device) = $kind->{is}->($drawing, "$prefix$id");
	my $drive = $machine->add('drive', "drive-$id", if => 'none', @$settings, _disk_options($random));

	return (drive => "drive-$id", @of_device);
}

sub _our_scratch ($drawing, $name) {
	return ([format => 'raw', file => "$name.img"], serial => $name);
}

sub _users_image ($drawing, $name) {
	my $random = $drawing->random;
	my $kind = $random->pick(qw(zeroes text scratch qcow2));
	my $size = $kind eq 'scratch' ? $random->pick(grep { $_ >= SECTOR } @DISK_SIZES) : $random->pick(@DISK_SIZES);
	my $file = $drawing->machine->add_file("$name-user.img", $kind, $size);
	my @serial = $random->chance(50) ? (serial => $random->pick($name, 'a b', 'x', 's' x 20)) : ();

	return ([format => $kind eq 'qcow2' ? 'qcow2' : 'raw', file => $file], @serial);
}

sub _null ($drawing, $name) {
	return ([format => 'raw', 'file.driver' => 'null-co',
		'file.size' => $drawing->random->pick(SECTOR, 1 << 20, 1 << 40), 'file.read-zeroes' => 'on']);
}

sub _disk_options ($random) {
	return (
		$random->chance(12) ? (readonly => 'on') : (),
		$random->chance(10) ? (cache => $random->pick(qw(none writeback writethrough unsafe))) : (),
		$random->chance(10) ? (discard => $random->pick(qw(unmap ignore))) : (),
		$random->chance(6) ? ('detect-zeroes' => 'on') : (),
		$random->chance(6) ? ('throttling.iops-total' => $random->pick(64, 1000)) : (),
	);
}

# A medium for a drive of CDs, or none.
sub medium ($drawing, $id) {
	my $random = $drawing->random;

	return () if $random->chance(30);
	my $file = $drawing->machine->add_file("$id.iso", $random->pick(qw(zeroes text)),
		$random->pick(2048, 65536, 1 << 20, 0));
	$drawing->machine->add('drive', "drive-$id", if => 'none', format => 'raw', file => $file, media => 'cdrom');
	return (drive => "drive-$id");
}

# ---- Networks -----------------------------------------------------------------------------------------------------

sub network ($drawing, $id) {
	my ($random, $machine) = ($drawing->random, $drawing->machine);
	my $kind = $random->weighted({ is => [type => 'user', restrict => 'on'], weight => 5 },
		{ is => [type => 'user'] },
		{ is => [type => 'user', ipv6 => 'off', net => '10.9.8.0/24'] }, { is => undef, weight => 3 },
		{ is => [type => 'socket', listen => '127.0.0.1:0'], weight => 2 },
		{ is => [type => 'hubport', hubid => 1], weight => 2 });

	return (romfile => '') if !$kind->{is};
	$machine->add('netdev', "lan-$id", $kind->{is}->@*);
	return (netdev => "lan-$id", romfile => '');
}

# ---- Character devices --------------------------------------------------------------------------------------------

# The names of one or two character devices; two are the ends of one socket.
sub chardevs ($drawing, $id) {
	my ($random, $machine) = ($drawing->random, $drawing->machine);

	if ($random->chance(25)) {
		$machine->add('chardev', "end-0-$id", backend => 'socket', path => "$id.socket", server => 'on',
			wait => 'off');
		$machine->add('chardev', "end-1-$id", backend => 'socket', path => "$id.socket");
		return ("end-0-$id", "end-1-$id");
	}
	my $kind = $random->pick([backend => 'null'], [backend => 'file', path => "$id.out"],
		[backend => 'ringbuf', size => 4096],
		[backend => 'socket', path => "$id.socket", server => 'on', wait => 'off'], [backend => 'pty']);
	$machine->add('chardev', "chardev-$id", @$kind);
	return ("chardev-$id");
}

# ---- Folders, numbers and the rest --------------------------------------------------------------------------------

sub folder ($drawing, $id) {
	my ($random, $machine) = ($drawing->random, $drawing->machine);
	my @model = (security_model => $random->weighted({ is => 'none', weight => 6 }, { is => 'mapped-file' })->{is});
	my @more = ($random->chance(12) ? (readonly => 'on') : (), $random->chance(12) ? (multidevs => 'remap') : ());

	if ($random->chance(35)) {
		$machine->add('fsdev', "share-$id", fsdriver => 'local', path => $id, @model);
		return (fsdev => "share-$id", mount_tag => $id);
	}
	$machine->add_file("$id-user", $random->pick(qw(empty-folder folder full-folder)));
	$machine->add('fsdev', "share-$id", fsdriver => 'local', path => "$id-user", @model, @more);
	return (fsdev => "share-$id", mount_tag => $random->pick('a', 'tag', "$id", 't' x 31));
}

sub numbers ($drawing, $id) {
	my $source = $drawing->random->weighted({ is => ['qom-type' => 'rng-builtin'], weight => 3 },
		{ is => ['qom-type' => 'rng-random', filename => '/dev/urandom'] }, { is => undef });

	return () if !$source->{is};
	$drawing->machine->add('object', "source-$id", $source->{is}->@*);
	return (rng => "source-$id");
}

sub cipher ($drawing, $id) {
	my $queues = $drawing->random->pick(0, 0, 1, 2, 4);

	$drawing->machine->add('object', "cipher-$id", 'qom-type' => 'cryptodev-backend-builtin',
		$queues ? (queues => $queues) : ());
	return (cryptodev => "cipher-$id");
}

sub sound ($drawing, $id) {
	$drawing->machine->add('audiodev', "silence-$id", driver => 'none');
	return (audiodev => "silence-$id");
}

sub iothread ($drawing, $id) {
	$drawing->machine->add('object', "thread-$id", 'qom-type' => 'iothread');
	return (iothread => "thread-$id");
}

sub nothing ($drawing, $id) { return () }

1;
