# SPDX-License-Identifier: BSD-2-Clause
package Gate::Set;

# A set of devices, for any machine: tests/gate/sets/<name>.cfg, or a user's own file. It is in QEMU's -readconfig
# format, without a machine. A device without a bus is put on the machine's (Gate::Board), in the order of the file,
# each into a slot of its own, but for what its comments say:
#
#	# gate-few: a b | c             on a bus with few slots: a and b are functions of the first, c has the second
#	# gate-many: a b | - | c        on any other: the second slot stays free
#	# gate-devices: SET [a b]       the devices of another set, or these of them, where they are in that one
#	# gate-pvpanic: last            pvpanic is in the bus's last slot
#	# gate-machine: NAME=VALUE ...  settings of the [machine], where the machine lets a set make them
#	# gate-for: DRIVER NAME= ...    what it is for, devices and settings of the [machine]: the gate boots it only
#	                                where a machine has them all
#
# A word that stands there again goes on. A [memory] takes the place of the machine's. Other words are Gate::Config's.

use v5.36;

use File::Basename qw(basename);

use Gate::Config;
use Gate::Place;
use Gate::Port;
use Gate::Sections;

my %WORDS = (few => \&_layout, many => \&_layout, devices => \&_devices, pvpanic => \&_pvpanic,
	machine => \&_machine, for => \&_for);
my @BACKENDS = qw(drive netdev chardev fsdev rng cryptodev audiodev iothread memdev);

sub _folder () { return Gate::Place::root() . '/tests/gate/sets' }

# Of the gate.
sub names () {
	my @names = sort map { basename($_, '.cfg') } glob "\Q${\ _folder()}\E/*.cfg";
	return @names;
}

# One of the gate; dies with a sentence when there is no such.
sub named ($class, $name) {
	die "$name is none of @{[names()]}\n" if !grep { $_ eq $name } names();
	return $class->read(_folder() . "/$name.cfg");
}

# Every configuration of the gate: [port, set] each, in the order of their names, where the set is for the machine, and
# behind the sets of a machine what it has besides, by its name (gate-also of Gate::Board). All files are read for it,
# once.
sub configurations () {
	state @configurations = _configurations();
	return @configurations;
}

sub _configurations () {
	my %set = map { $_ => Gate::Set->named($_) } names();

	return map {
		my $port = $_;
		my @sets = grep { $set{$_}->is_for($port->board) } names();
		map { [$port, $_] } @sets, map { $_->{name} } $port->board->alsos
	} Gate::Port::all();
}

# The configuration that is called so: MACHINE-SET; dies with a sentence when there is none.
sub configuration ($name) {
	my ($found) = grep { join('-', $_->[0]->name, $_->[1]) eq $name } configurations();

	return of_port($found->@*) if $found;
	die "$name: is no machine (@{[Gate::Port::names()]}) with a set (@{[names()]})\n";
}

# One of a machine's, by the name of a set, or of what it has besides.
sub of_port ($port, $name) {
	my $also = $port->board->also($name) // return Gate::Set->named($name)->on($port);

	die "${\ $port->board->path}: gate-also: $name is a set already\n" if grep { $_ eq $name } names();
	return Gate::Set->named($also->{set})->on($port, $also);
}

sub read ($class, $path) {
	my $file = Gate::Sections->read($path);
	my $self = bless { path => $path, name => basename($path, '.cfg'), file => $file, words => [] }, $class;

	die "$path: has a [machine]: it is no set of devices for any machine\n" if $file->of_kind('machine');
	for my $word ($file->words) {
		my $reader = $WORDS{$word->{word}};
		push $self->{words}->@*, $word if !$reader;
		$reader->($self, $word->{word}, split ' ', $word->{text}) or die $word->{at} if $reader;
	}
	return $self;
}

# Whether a file is one, and not a machine of its own.
sub is_one ($path) { return !Gate::Sections->read($path)->of_kind('machine') }

sub _layout ($self, $word, @names) {
	my %is_device = map { $_->{id} => 1 } $self->{file}->of_kind('device');
	my %count;

	push $self->{$word}->@*, @names;
	$count{$_}++ for grep { !/^[|-]$/ } $self->{$word}->@*;
	return @names && !grep { !$is_device{$_} || $count{$_} > 1 } keys %count;
}

sub _devices ($self, $word, $set = '', @ids) {
	return 0 if $set eq $self->{name};
	$self->{of} = eval { Gate::Set->named($set) } // return 0;
	$self->{chosen} = { map { $_ => 1 } @ids } if @ids;
	return !grep { my $id = $_; !grep { $_->{id} eq $id } $self->{of}{file}->sections } @ids;
}

sub _pvpanic ($self, $word, @text) {
	$self->{pvpanic} = "@text";
	return $self->{pvpanic} eq 'last';
}

sub _for ($self, $word, @things) {
	push $self->{for}->@*, @things;
	return @things > 0;
}

# Whether a machine has what the set is for.
sub is_for ($self, $board) {
	return !grep { /^(.*)=$/ ? !$board->may_set($1) : $board->is_without($_) } ($self->{for} // [])->@*;
}

sub _machine ($self, $word, @settings) {
	push $self->{machine}->@*, map { [split /=/, $_, 2] } @settings;
	return @settings && !grep { !/^[\w-]+=./ } @settings;
}

# ---- On a machine -------------------------------------------------------------------------------------------------

# The whole configuration, MACHINE-SET; or MACHINE-NAME, with what a gate-also of that name says.
sub on ($self, $port, $also = {}) {
	my $board = $port->board;
	my $firmware = $also->{firmware} // $board->firmware_for($self->{name});
	my $from = $also->{firmware} ? 'gate-also' : 'gate-sets-by';
	my ($memory) = $self->{file}->of_kind('memory');
	my @board = map { $memory && $_->{kind} eq 'memory' ? $memory : $_ } $board->sections;
	my @own = grep { $_->{kind} ne 'memory' } $self->_placed($board);
	my @words = (defined $firmware ? { word => 'firmware', text => $firmware,
		at => "${\ $board->path}: $from: $firmware is no firmware of its\n" } : (), $self->{words}->@*,
		map { { word => 'options', text => $_, at => "${\ $board->path}: gate-also: $_\n" } }
			($also->{words} // [])->@*);

	@board = map { $self->_set_up($_, $board) } @board if $self->{machine};
	@board = map { _last_slot($_, $board) } @board if $self->{pvpanic};
	my $name = join '-', $port->name, $also->{name} // $self->{name};
	return Gate::Config->new(path => $self->{path}, name => $name, words => \@words,
		sections => [@board, @own], is_made => 1);
}

# The machine itself, with what the set says of it.
sub _set_up ($self, $section, $board) {
	my @settings = grep { $board->may_set($_->[0]) } $self->{machine}->@*;

	return $section if $section->{kind} ne 'machine' || !@settings;
	return { %$section, settings => [$section->{settings}->@*, @settings] };
}

sub _last_slot ($section, $board) {
	return $section if $section->{id} ne 'pvpanic';
	return { %$section, settings => [map { $_->[0] eq 'addr' ? [addr => _addr(($board->slots)[-1], 0)] : $_ }
		$section->{settings}->@*] };
}

# Its sections, with a place for each device that has none.
sub _placed ($self, $board) {
	my @sections = $self->{of} ? $self->{of}->_placed($board) : ();

	@sections = _with_backends($self->{chosen}, @sections) if $self->{chosen};
	my @own = _without($board, $self->{file}->sections);
	my $slots = $self->_slots($board, map { $_->{id} } grep { _needs_place($_) } @own);
	my %place;
	for my $number (0 .. $#$slots) {
		my @ids = $slots->[$number]->@*;
		my $slot = ($board->places)[$number] // die "$self->{path}: its devices need @{[scalar @$slots]} slots,"
			. " and ${\ $board->path} has @{[scalar $board->places]} for them: "
			. "gate-${\ $board->layout}: says which share one\n";
		$place{$ids[$_]} = [addr => _addr($slot, $_), $_ == 0 && @ids > 1] for 0 .. $#ids;
	}
	return (@sections, map { _put($board, $_, $place{$_->{id}}) } @own);
}

sub _addr ($slot, $function) { return sprintf '%x.%d', $slot, $function }

sub _needs_place ($section) {
	return $section->{kind} eq 'device' && !defined Gate::Sections::value($section, 'bus');
}

sub _put ($board, $section, $place) {
	return $section if !_needs_place($section);
	my @bus = defined $board->named_bus ? ([bus => $board->named_bus]) : ();
	my ($name, $addr, $is_shared) = @$place;
	return { %$section, settings => [$section->{settings}->@*, @bus, [$name, $addr],
		$is_shared ? [multifunction => 'on'] : ()] };
}

# Slots as lists of ids: as it is laid out for this kind of bus, and else each device in one of its own.
sub _slots ($self, $board, @ids) {
	my $layout = $self->{$board->layout} // return [map { [$_] } @ids];
	my %left = map { $_ => 1 } @ids;
	my @slots = ([]);

	for my $word (@$layout) {
		push @slots, [] if $word eq '|';
		push $slots[-1]->@*, $word if delete $left{$word} || $word eq '-';
	}
	my ($lost) = grep { $left{$_} } @ids;
	die "$self->{path}: gate-${\ $board->layout}: does not say where $lost is\n" if defined $lost;
	return [map { [grep { $_ ne '-' } @$_] } grep { @$_ } @slots];
}

# Without devices that the machine's QEMU does not have, and those that are on a bus of one of them, which stands before
# them.
sub _without ($board, @sections) {
	my %is_kept;

	for my $device (grep { $_->{kind} eq 'device' } @sections) {
		my ($driver, $bus) = map { Gate::Sections::value($device, $_) // '' } qw(driver bus);
		$bus =~ s/[.]\d+$//;
		$is_kept{$device->{id}} = !$board->is_without($driver) && ($is_kept{$bus} // 1);
	}

	return @sections if !grep { !$_ } values %is_kept;
	return _with_backends(\%is_kept, @sections);
}

# These devices, and of what serves devices all but what only the others used.
sub _with_backends ($is_kept, @sections) {
	my %used;

	for my $device (grep { $_->{kind} eq 'device' } @sections) {
		$used{$_} ||= $is_kept->{$device->{id}} // 0 for _backends($device);
	}
	return grep { $_->{kind} eq 'device' ? $is_kept->{$_->{id}} : $used{$_->{id}} // _looks_at($_, \%used) }
		@sections;
}

# What only looks at the network of others goes where that goes.
sub _looks_at ($section, $used) {
	my $netdev = $section->{kind} eq 'object' ? Gate::Sections::value($section, 'netdev') : undef;

	return defined $netdev ? $used->{$netdev} // 1 : 1;
}

sub _backends ($device) {
	return grep { defined } map { Gate::Sections::value($device, $_) } @BACKENDS;
}

1;
