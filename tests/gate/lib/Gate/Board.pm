# SPDX-License-Identifier: BSD-2-Clause
package Gate::Board;

# A machine as QEMU makes it, before a set of devices is put onto it: arch/<name>/machine.cfg, in QEMU's -readconfig
# format, with its type, its memory, and pvpanic, through which a panic of the firmware reaches QEMU's exit status. Its
# comments say what the file cannot; numbers of slots are hexadecimal, as in QEMU's addr:
#
#	# gate-bus: NAME [default]      the bus that devices are put on; QEMU need not be told the default one
#	# gate-slots: 2-6 8-1f          its slots that are free, also for a user's devices
#	# gate-places: few|many 3-6     those that a set's devices get, in this order: with few, a set is laid out as
#	                                its gate-few says, where devices share a slot; else as its gate-many does
#	# gate-cpus: N                  how many CPUs the machine may have
#	# gate-without: DRIVER ...      devices that its QEMU does not have, and that sets are put onto it without
#	# gate-options: WORD ...        words for QEMU's command line
#	# gate-machine: NAME ...        settings of its [machine] that a set may make
#	# gate-sets-by: FIRMWARE SET ...   what starts the image in the gate, with these sets
#	# gate-also: NAME FIRMWARE SET [WORD ...]   one configuration more, MACHINE-NAME: this set, started by this
#	                                firmware, with these words for QEMU's command line

use v5.36;

use Gate::Sections;

my %WORDS = (bus => \&_bus, slots => \&_slots, places => \&_places, cpus => \&_cpus, without => \&_without,
	'sets-by' => \&_sets_by, also => \&_also, options => \&_options, machine => \&_machine);

sub new ($class, $path) {
	my $self = bless { path => $path, file => Gate::Sections->read($path), cpus => 1, without => {}, by => {} },
		$class;

	for my $word ($self->{file}->words) {
		my $reader = $WORDS{$word->{word}};
		$reader && $reader->($self, split ' ', $word->{text}) or die $word->{at};
	}
	$self->{$_} // die "$path: does not say gate-$_:\n" for qw(bus slots places);
	$self->{file}->of_kind('machine') == 1 && length $self->type
		or die "$path: needs one [machine] with its type\n";
	return $self;
}

sub _bus ($self, $name = undef, $default = undef, @more) {
	@$self{qw(bus is_default)} = ($name, defined $default);
	return defined $name && ($default // 'default') eq 'default' && !@more;
}

sub _slots ($self, @ranges) {
	$self->{slots} = _numbers(@ranges);
	return $self->{slots}->@* > 0;
}

sub _places ($self, $layout = '', @ranges) {
	$self->{layout} = $layout;
	$self->{places} = _numbers(@ranges);
	return $layout =~ /^(?:few|many)$/ && $self->{places}->@* > 0;
}

# Of "2-6 8-1f"; none where one is no range.
sub _numbers (@ranges) {
	my @ends = map { /^([\da-f]+)(?:-([\da-f]+))?$/ ? [hex $1, hex($2 // $1)] : return [] } @ranges;

	return [map { $_->[0] .. $_->[1] } @ends];
}

sub _cpus ($self, $number = '', @more) {
	$self->{cpus} = $number;
	return $number =~ /^[1-9]\d*$/ && !@more;
}

sub _without ($self, @drivers) {
	$self->{without}{$_} = 1 for @drivers;
	return @drivers > 0;
}

sub _sets_by ($self, $firmware = undef, @sets) {
	$self->{by}{$_} = $firmware for @sets;
	return @sets > 0;
}

sub _also ($self, $name = '', $firmware = undef, $set = undef, @words) {
	return 0 if $name !~ /^[\w-]+$/ || !defined $set || $self->also($name);
	push $self->{also}->@*, { name => $name, firmware => $firmware, set => $set, words => \@words };
	return 1;
}

sub path ($self) { return $self->{path} }
sub type ($self) { return Gate::Sections::value(($self->{file}->of_kind('machine'))[0], 'type') // '' }
sub sections ($self) { return $self->{file}->sections }
sub bus ($self) { return $self->{bus} }
sub slots ($self) { return $self->{slots}->@* }
sub places ($self) { return $self->{places}->@* }
sub layout ($self) { return $self->{layout} }	# few or many
sub cpus ($self) { return $self->{cpus} }

# The bus as a device must name it; nothing where it need not.
sub named_bus ($self) { return $self->{is_default} ? undef : $self->{bus} }

# Whether a device with this setting is on it.
sub is_bus ($self, $name) { return $name =~ /^\Q$self->{bus}\E(?:\.0)?$/ }

sub is_without ($self, $driver) { return $self->{without}{$driver} }

sub _options ($self, @words) {
	push $self->{options}->@*, @words;
	return @words > 0;
}

# Words for QEMU's command line, which none of its files can say.
sub options ($self) { return ($self->{options} // [])->@* }

sub _machine ($self, @names) {
	$self->{may_set}{$_} = 1 for @names;
	return @names > 0;
}

# Whether a set may say this of the machine itself.
sub may_set ($self, $name) { return $self->{may_set}{$name} }

# The configurations that are no set alone: { name, firmware, set, words }; the one of this name, or nothing.
sub alsos ($self) { return ($self->{also} // [])->@* }

sub also ($self, $name) {
	my ($found) = grep { $_->{name} eq $name } $self->alsos;
	return $found;
}

# What starts the image in the gate with this set; nothing where that is the usual.
sub firmware_for ($self, $set) { return $self->{by}{$set} }

1;
