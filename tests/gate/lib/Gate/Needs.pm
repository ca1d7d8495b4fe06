# SPDX-License-Identifier: BSD-2-Clause
package Gate::Needs;

# What a configuration needs and not every QEMU has, as its comment "# gate-needs:" names it: a device, or a property of
# one (virtio-rng-pci.in_order). QEMU's own help tells. Only a clear answer counts: a QEMU that gives none is booted,
# and fails there with its reason.

use v5.36;

use Gate::Qemu;

use constant PATIENCE => 10;

# The first of these that the program says it does not have, or nothing.
sub lacking ($program, @needs) {
	for my $need (@needs) {
		my ($device, $property) = split /\./, $need;
		my $help = _help($program, $device) // next;

		return $need if $help =~ /'\Q$device\E' not found|'\Q$device\E' is not a valid device/;
		return $need if defined $property && $help =~ /^\Q$device\E options:/m
			&& $help !~ /^\s+\Q$property\E=/m;
	}
	return;
}

sub _help ($program, $device) {
	return Gate::Qemu::answer($program, PATIENCE, '-device', "$device,help");
}

1;
