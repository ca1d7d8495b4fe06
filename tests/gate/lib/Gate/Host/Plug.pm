# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host::Plug;

# What comes and goes while the machine runs: the disks of a SCSI host, and the host's ends of serial ports. Each verb
# that takes away keeps what its counterpart needs to give back.

use v5.36;

# ---- Disks of a SCSI host -----------------------------------------------------------------------------------------

# A disk of ours that a guest has there, by target and unit.
sub unplug ($machine, $place, $target, $unit) {
	my $host = $machine->device_of($place, 'scsi');
	my $disk = _disk($machine, $host, $target, $unit) // die "lacks a disk at target $target, unit $unit\n";
	my $drive = $machine->drive($disk);
	my ($id) = $disk =~ m{^/machine/peripheral/([^/]+)$} or die "lacks a name for the disk\n";

	$machine->kept->{"$place $target $unit"} = { id => $id, file => $drive->{file},
		map { $_ => $machine->get($disk, $_) } qw(type serial parent_bus) };
	_while_it_stands($machine, sub () {
		$machine->ask('device_del', id => $id);
		until (($machine->event('DEVICE_DELETED')->{data}{device} // '') eq $id) { }
	});
	return;
}

# A device is gone when nobody looks at it any more, which QEMU knows of a CPU only where it leaves its translated code:
# one that waits for our answer never does, unless it is stopped.
sub _while_it_stands ($machine, $do) {
	$machine->ask('stop');
	my $done = eval { $do->(); 1 };
	my $problem = $@;
	$machine->ask('cont');
	die $problem if !$done;
	return;
}

sub plug ($machine, $place, $target, $unit) {
	my $disk = delete $machine->kept->{"$place $target $unit"}
		// die "nothing was unplugged at target $target, unit $unit\n";
	my $node = 'busproof-' . ++$machine->kept->{nodes};
	my ($bus) = $disk->{parent_bus} =~ m{([^/]+)$};

	$machine->ask('blockdev-add', driver => 'raw', 'node-name' => $node,
		file => { driver => 'file', filename => $disk->{file} });
	$machine->ask('device_add', driver => $disk->{type}, id => $disk->{id}, bus => $bus, drive => $node,
		serial => $disk->{serial}, 'scsi-id' => 0 + $target, lun => 0 + $unit);
	return;
}

# Another size for one of them.
sub resize ($machine, $place, $target, $unit, $bytes) {
	my $host = $machine->device_of($place, 'scsi');
	my $disk = _disk($machine, $host, $target, $unit) // die "lacks a disk at target $target, unit $unit\n";

	$machine->ask('block_resize', 'node-name' => $machine->drive($disk)->{node}, size => 0 + $bytes);
	return;
}

sub _disk ($machine, $host, $target, $unit) {
	for my $folder (qw(/machine/peripheral /machine/peripheral-anon)) {
		for my $child ($machine->ask('qom-list', path => $folder)->@*) {
			my $path = "$folder/$child->{name}";
			next if $child->{type} !~ /^child<scsi-/;
			next if $machine->get($path, 'parent_bus') !~ m{^\Q$host\E/};
			return $path if $machine->get($path, 'scsi-id') == $target
				&& $machine->get($path, 'lun') == $unit;
		}
	}
	return;
}

# ---- Ports of a console -------------------------------------------------------------------------------------------

# The host's end of a port: nobody is there, or somebody whom what is written to does not interest.
sub close_port ($machine, $place, $number) {
	return _change_port($machine, $place, $number, { type => 'null', data => {} });
}

sub open_port ($machine, $place, $number) {
	return _change_port($machine, $place, $number, { type => 'ringbuf', data => { size => 4096 } });
}

sub _change_port ($machine, $place, $number, $backend) {
	my $chardev = $machine->get(port($machine, $place, $number), 'chardev')
		|| die "lacks somebody at the host's end\n";

	$machine->ask('chardev-change', id => $chardev, backend => $backend);
	return;
}

# The path of a port's object.
sub port ($machine, $place, $number) {
	my $host = $machine->device_of($place, 'serial');

	for my $folder (qw(/machine/peripheral /machine/peripheral-anon)) {
		for my $child ($machine->ask('qom-list', path => $folder)->@*) {
			my $path = "$folder/$child->{name}";
			next if $child->{type} !~ /^child<(?:virtserialport|virtconsole)>/;
			next if $machine->get($path, 'parent_bus') !~ m{^\Q$host\E/};
			return $path if $machine->get($path, 'nr') == $number;
		}
	}
	die "lacks a port $number\n";
}

1;
