# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host::Input;

# Keys and pointers. An event is a word: key:a:down, button:left:up, rel:x:-5, abs:y:32767; all words of one request
# are one report, which QEMU ends by an event of its own. QEMU gives them to the device of their kind that a guest has
# set going last (DRIVER_OK), or else to one of the machine's own: so the place only says which is meant to be it.

use v5.36;

use JSON::PP ();

our $EVENT = qr/(?:key|button):[a-z\d_-]{1,20}:(?:down|up)|(?:rel|abs):[xy]:-?\d{1,5}/;

my %MAKE = (
	key => sub ($code, $how) { return { down => _is($how eq 'down'), key => { type => 'qcode', data => $code } } },
	button => sub ($button, $how) { return { down => _is($how eq 'down'), button => $button } },
	rel => sub ($axis, $value) { return { axis => $axis, value => 0 + $value } },
	abs => sub ($axis, $value) { return { axis => $axis, value => 0 + $value } },
);
my %TYPE = (button => 'btn');

sub send_events ($machine, $place, @words) {
	my @events;

	my $path = $machine->device_of($place, qw(keyboard mouse tablet multitouch));
	die "lacks keys for a device that belongs to a display\n"
		if (eval { $machine->made_with($path, 'display') } // '') ne '';
	for my $word (@words) {
		my ($type, @rest) = split /:/, $word;
		push @events, { type => $TYPE{$type} // $type, data => $MAKE{$type}->(@rest) };
	}
	$machine->ask('input-send-event', events => \@events);
	return;
}

sub _is ($holds) { return $holds ? JSON::PP::true : JSON::PP::false }

1;
