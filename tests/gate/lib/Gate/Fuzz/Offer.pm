# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Offer;

# What a QEMU has: its devices and their properties, as its own help tells. Each device is asked for by its name,
# because QEMU's list of all of them starts modules that may not be there.

use v5.36;

use Gate::Qemu;

use constant PATIENCE => 30;

sub new ($class, $program) { return bless { program => $program, devices => {} }, $class }

sub program ($self) { return $self->{program} }

# [{ name, type, default }] of a device, by name; nothing when this QEMU does not have it.
sub properties ($self, $device) {
	my $known = $self->{devices};

	$known->{$device} = $self->_ask($device) if !exists $known->{$device};
	return $known->{$device};
}

sub has ($self, $device) { return defined $self->properties($device) }

sub has_property ($self, $device, $name) {
	return scalar grep { $_->{name} eq $name } ($self->properties($device) // [])->@*;
}

# The first number of its version, or 0 when it says none.
sub version ($self) {
	return $self->{version} //= $self->_run('--version') =~ /version (\d+)/ ? $1 : 0;
}

sub _ask ($self, $device) {
	my $help = $self->_run('-device', "$device,help");

	return if $help !~ /^\Q$device\E options:/m;
	my @properties = map { /^\s+([\w.-]+)=<(\S+?)>?(?:\s|$)(?:.*\(default: "?(.*?)"?\))?/
		? { name => $1, type => $2, default => $3 } : () } split /\n/, $help;
	return [sort { $a->{name} cmp $b->{name} } @properties];
}

sub _run ($self, @words) {
	return Gate::Qemu::answer($self->{program}, PATIENCE, @words) // '';
}

1;
