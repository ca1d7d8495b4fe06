# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host::Hold;

# The host's end of a serial port in hands that do not read: what the port is sent waits in a socket, and when that is
# full, in QEMU and in the guest's queue. Only a port of the gate's own is taken so, whose bytes are kept in a file
# (Gate::PortFile); it has its file again afterwards.

use v5.36;

use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::UNIX;
use JSON::PP ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use Gate::Host::Plug;
use Gate::PortFile;

use constant { SECONDS => 20, BYTES_MOST => 4 * 1024 * 1024, BASIS => 0x811c9dc5, PRIME => 0x01000193,
	MASK => 0xffffffff };

# Nobody reads from now on.
sub hold ($machine, $place, $number) {
	my $port = Gate::Host::Plug::port($machine, $place, $number);
	my $name = $machine->get($port, 'name') // '';
	my $folder = tempdir(CLEANUP => 1);
	my $path = "$folder/port";

	die "lacks a port whose bytes are kept in a file\n" if $name !~ /^@{[Gate::PortFile::NAME]}$/;
	die "the port is held already\n" if $machine->kept->{"held $place $number"};
	my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 1) or die "there is no socket: $!\n";
	_connect($machine, $port, { type => 'socket',
		data => { addr => { type => 'unix', data => { path => $path } }, server => JSON::PP::false } });
	$machine->kept->{"held $place $number"} = { port => $port, name => $name, folder => $folder,
		socket => $listener->accept // die "QEMU does not come: $!\n" };
	return;
}

# Reads so many bytes, and gives the port its file back. The number is FNV-1a (32 bits) of the bytes.
sub take ($machine, $place, $number, $bytes) {
	my $held = delete $machine->kept->{"held $place $number"} // die "the port is not held\n";
	my $text = eval { _read($held->{socket}, $bytes) };
	my $problem = $@;

	_connect($machine, $held->{port}, { type => 'file',
		data => { out => $held->{name}, append => JSON::PP::true } });
	return defined $text ? _sum($text) : die $problem;
}

sub _connect ($machine, $port, $backend) {
	my $chardev = $machine->get($port, 'chardev') || die "lacks somebody at the host's end\n";

	$machine->ask('chardev-change', id => $chardev, backend => $backend);
	return;
}

# Not a byte more, and not one after them.
sub _read ($socket, $bytes) {
	my $end = clock_gettime(CLOCK_MONOTONIC) + SECONDS;
	my $text = '';

	die "that are too many bytes\n" if $bytes > BYTES_MOST;
	while (length $text < $bytes) {
		my $left = $end - clock_gettime(CLOCK_MONOTONIC);
		my ($ready) = $left > 0 ? IO::Select->new($socket)->can_read($left) : ();
		my $count = $ready ? sysread $socket, $text, $bytes - length $text, length $text : 0;
		next if !defined $count && $!{EINTR};
		die "of $bytes bytes there are @{[length $text]}\n" if !$count;
	}
	return $text;
}

sub _sum ($text) {
	my $sum = BASIS;

	$sum = (($sum ^ $_) * PRIME) & MASK for unpack 'C*', $text;
	return $sum;
}

1;
