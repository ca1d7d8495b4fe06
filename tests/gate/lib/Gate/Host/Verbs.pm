# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host::Verbs;

# What the firmware may ask the host for. To add a verb, add a line to the table: the words that it takes, and a
# function that is given the machine (Gate::Host::Machine) and those words. The function returns nothing or a whole
# number for the firmware; it dies with "lacks ..." where the machine has no such thing, and with another sentence where
# something is wrong. Each verb stands in docs/gate.md.

use v5.36;

use Time::HiRes qw(clock_gettime CLOCK_REALTIME);

use Gate::Host::Hold;
use Gate::Host::Input;
use Gate::Host::Picture;
use Gate::Host::Plug;

# On PCI, or the address of a slot of virtio-mmio.
my $PLACE = qr/(?:[\da-f]{2}:[\da-f]{2}\.[0-7]|[\da-f]{8,16})/;
my $NUMBER = qr/\d{1,18}/;

my %VERBS = (
	resize => { words => qr/$PLACE $NUMBER/, do => \&_resize },
	'resize-unit' => { words => qr/$PLACE \d{1,3} \d{1,5} $NUMBER/, do => \&Gate::Host::Plug::resize },
	throttle => { words => qr/$PLACE (?:on|off)/, do => \&_throttle },
	link => { words => qr/$PLACE (?:up|down)/, do => \&_link },
	announce => { words => qr/$PLACE/, do => \&_announce },
	balloon => { words => qr/$PLACE $NUMBER/, do => \&_balloon },
	'balloon-actual' => { words => qr/$PLACE/, do => \&_balloon_actual },
	'stats-interval' => { words => qr/$PLACE \d{1,9}/, do => \&_stats_interval },
	stat => { words => qr/$PLACE stat-[a-z-]{1,40}/, do => \&_stat },
	clock => { words => $PLACE, do => \&_clock },
	input => { words => qr/$PLACE(?: $Gate::Host::Input::EVENT){1,16}/, do => \&Gate::Host::Input::send_events },
	screendump => { words => qr/$PLACE \d{1,5} \d{1,5} [1-9]\d{0,4} [1-9]\d{0,4}/,
		do => \&Gate::Host::Picture::checksum },
	unplug => { words => qr/$PLACE \d{1,3} \d{1,5}/, do => \&Gate::Host::Plug::unplug },
	plug => { words => qr/$PLACE \d{1,3} \d{1,5}/, do => \&Gate::Host::Plug::plug },
	'port-close' => { words => qr/$PLACE \d{1,3}/, do => \&Gate::Host::Plug::close_port },
	'port-hold' => { words => qr/$PLACE \d{1,3}/, do => \&Gate::Host::Hold::hold },
	'port-take' => { words => qr/$PLACE \d{1,3} \d{1,8}/, do => \&Gate::Host::Hold::take },
	'port-open' => { words => qr/$PLACE \d{1,3}/, do => \&Gate::Host::Plug::open_port },
);

sub named ($name) { return $VERBS{$name} }
sub names () { return sort keys %VERBS }

# ---- Disks --------------------------------------------------------------------------------------------------------

sub _resize ($machine, $place, $bytes) {
	my $drive = $machine->drive($machine->device_of($place, 'blk'));

	$machine->ask('block_resize', 'node-name' => $drive->{node}, size => 0 + $bytes);
	return;
}

# On: one request a second, so that those which follow wait; off: those too, as it was before.
sub _throttle ($machine, $place, $how) {
	my $path = $machine->device_of($place, 'blk');
	my $limits = $machine->drive($path)->{limits};
	my $before = $machine->kept->{"throttle $path"} //= $limits;
	my %slow = (map({ $_ => 0 } keys %$limits), iops => 1);

	my ($id) = grep { eval { $machine->get($_, 'type') } } "$path/virtio-backend", $path;

	delete $slow{iops_size};
	$machine->ask('block_set_io_throttle', id => $id, $how eq 'on' ? %slow : %$before);
	return;
}

# ---- Networks -----------------------------------------------------------------------------------------------------

# A network device has the name of what it is connected to; the link of that one is left as it is.
sub _link ($machine, $place, $how) {
	my $path = $machine->device_of($place, 'net');
	my $peer = $machine->made_with($path, 'netdev');

	die "lacks a network to be connected to\n" if !defined $peer || $peer eq '';
	$machine->ask('set_link', name => $peer, up => $how eq 'up' ? JSON::PP::true : JSON::PP::false);
	return;
}

# Once, and of this device alone, where it has a name.
sub _announce ($machine, $place) {
	my $path = $machine->device_of($place, 'net');
	my ($name) = $path =~ m{^/machine/peripheral/([^/]+)};

	$machine->ask('announce-self', initial => 50, max => 50, rounds => 1, step => 10,
		defined $name ? (interfaces => [$name]) : ());
	return;
}

# ---- The balloon --------------------------------------------------------------------------------------------------

# How much memory the guest shall have, in bytes; how much it has.
sub _balloon ($machine, $place, $bytes) {
	$machine->device_of($place, 'balloon');
	$machine->ask('balloon', value => 0 + $bytes);
	return;
}

sub _balloon_actual ($machine, $place) {
	$machine->device_of($place, 'balloon');
	return $machine->ask('query-balloon')->{actual};
}

sub _stats_interval ($machine, $place, $seconds) {
	$machine->set($machine->device_of($place, 'balloon'), 'guest-stats-polling-interval', 0 + $seconds);
	return;
}

# A number that the guest has told, as all ones where it has not.
sub _stat ($machine, $place, $name) {
	my $stats = $machine->get($machine->device_of($place, 'balloon'), 'guest-stats')->{stats} // {};

	return sprintf '%s', $stats->{$name} // die "there is no $name\n";
}

# ---- Clocks -------------------------------------------------------------------------------------------------------

# Nanoseconds since 1970, UTC, within a microsecond: a guest hears of them much later than that.
sub _clock ($machine, $place) {
	$machine->device_of($place, 'rtc');
	return sprintf '%d', 1e9 * clock_gettime(CLOCK_REALTIME);
}

1;
