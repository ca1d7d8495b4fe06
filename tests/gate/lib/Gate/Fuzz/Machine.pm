# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Machine;

# A machine that was drawn: sections of QEMU's -readconfig format in their order, and what the comments of a
# configuration say beside them (Gate::Config). It writes itself as a file, and knows which smaller machines it can
# become: what a device needs goes with it, and what nothing needs any more goes too.

use v5.36;

use Gate::Config;
use Gate::Port;
use Gate::Sections;

my @SETTING_OF_BACKEND = qw(drive netdev chardev fsdev rng cryptodev audiodev iothread);
my %IS_BACKEND = map { $_ => 1 } qw(drive netdev chardev fsdev object audiodev);

# Settings that are no choice of their own: taken alone they leave a machine that QEMU does not start.
my %BELONGS = map { $_ => 1 } qw(driver id bus addr chassis_nr multifunction romfile mount_tag serial qom-type type
	backend fsdriver if format file path server wait security_model), @SETTING_OF_BACKEND;

sub new ($class, $architecture, %options) {
	my $self = bless { architecture => $architecture, sections => [], options => [], files => [], %options },
		$class;

	$self->add('machine', '', type => Gate::Port::named($architecture)->board->type);
	return $self;
}

# One that stands in a file, which Gate::Config has read without complaint.
sub read ($class, $path) {
	my $config = Gate::Config->read($path);
	return bless { architecture => $config->architecture, sections => [$config->sections],
		options => [map { [$_] } $config->options],
		files => [$config->files], defaults => $config->has_defaults, needs => [$config->needs],
		lacks => $config->lacks, firmware => $config->firmware }, $class;
}

sub architecture ($self) { return $self->{architecture} }
sub sections ($self) { return $self->{sections}->@* }
sub devices ($self) { return grep { $_->{kind} eq 'device' } $self->sections }

sub add ($self, $kind, $id, @settings) {
	my $section = { kind => $kind, id => $id, settings => [] };

	while (my ($name, $value) = splice @settings, 0, 2) {
		push $section->{settings}->@*, [$name, $value];
	}
	push $self->{sections}->@*, $section;
	return $section;
}

sub add_options ($self, @words) { push $self->{options}->@*, [@words]; return }
sub has_option ($self, $word) { return scalar grep { $_->[0] eq $word } $self->{options}->@* }
sub add_file ($self, $name, $kind, $size = undef) { push $self->{files}->@*, [$name, $kind, $size]; return $name }
sub with_defaults ($self) { $self->{defaults} = 1; return }

sub value ($section, $name) { return Gate::Sections::value($section, $name) }

sub set ($section, $name, $value) {
	push $section->{settings}->@*, [$name, $value];
	return;
}

sub driver ($section) { return value($section, 'driver') // '' }

# The devices, for a line of a report.
sub summary ($self) {
	my @names = map { driver($_) } grep { driver($_) ne 'pvpanic-pci' } $self->devices;
	my %count;

	$count{$_}++ for @names;
	my %seen;
	return join ' ', map { $count{$_} > 1 ? "${_}x$count{$_}" : $_ } grep { !$seen{$_}++ } @names;
}

# ---- As a file ----------------------------------------------------------------------------------------------------

sub text ($self, @story) {
	my @comments = @story;

	push @comments, "gate-needs: $_" for ($self->{needs} // [])->@*;
	push @comments, "gate-firmware: $self->{firmware}" if defined $self->{firmware};
	push @comments, join ' ', 'gate-lacks:', $self->{lacks}->@* if defined $self->{lacks};
	push @comments, 'gate-defaults:' if $self->{defaults};
	push @comments, map { 'gate-options: ' . join ' ', map { _word($_) } @$_ } $self->{options}->@*;
	push @comments, map { 'gate-file: ' . join ' ', grep { defined } @$_ } $self->{files}->@*;
	return Gate::Sections::text(\@comments, grep { $_->{settings}->@* } $self->sections);
}

sub _word ($word) { return $word =~ /^[\w.,:=+\/-]+$/ ? $word : "'$word'" }

# ---- Smaller ------------------------------------------------------------------------------------------------------

# Each is [what goes, the machine without it], those that lose most first.
sub smaller ($self) {
	return ($self->_without_devices, $self->_without_words, $self->_without_settings);
}

sub _copy ($self) {
	my @sections = map { { %$_, settings => [map { [@$_] } $_->{settings}->@*] } } $self->sections;

	return bless { %$self, sections => \@sections, options => [$self->{options}->@*],
		files => [$self->{files}->@*] }, ref $self;
}

sub _without_devices ($self) {
	my @smaller;

	for my $device (reverse $self->devices) {
		next if $self->_is_first_function($device);
		my $copy = $self->_copy;
		$copy->_remove($device->{id});
		$copy->_tidy;
		push @smaller, ["device $device->{id}", $copy];
	}
	return @smaller;
}

# Function 0 must stay as long as its slot has others.
sub _is_first_function ($self, $device) {
	my $address = value($device, 'addr') // return 0;
	my ($slot, $function) = $address =~ /^(\w+)\.(\d)$/ or return 0;
	my $bus = value($device, 'bus') // '';

	return $function == 0
		&& grep { (value($_, 'bus') // '') eq $bus && (value($_, 'addr') // '') =~ /^$slot\.[1-7]$/ }
		$self->devices;
}

sub _remove ($self, $id) {
	my @children = grep { (value($_, 'bus') // '') =~ /^\Q$id\E(?:\.\d+)?$/ } $self->devices;

	$self->{sections} = [grep { $_->{kind} ne 'device' || $_->{id} ne $id } $self->sections];
	$self->_remove($_->{id}) for @children;
	return;
}

# Backends that no device uses, files that no section names.
sub _tidy ($self) {
	my %used = map { $_->[1] => 1 } map { $_->{settings}->@* } $self->sections;

	$self->{sections} = [grep { !$IS_BACKEND{$_->{kind}} || $used{$_->{id}} || $self->_peer_is_used($_, \%used) }
		$self->sections];
	%used = map { $_->[1] => 1 } map { $_->{settings}->@* } $self->sections;
	$self->{files} = [grep { $used{$_->[0]} } $self->{files}->@*];
	return;
}

# The other end of a socket may serve no device; without it the first does not open.
sub _peer_is_used ($self, $section, $used) {
	my $path = value($section, 'path') // return 0;

	return grep { $_ != $section && $used->{$_->{id}} && (value($_, 'path') // '') eq $path } $self->sections;
}

sub _without_words ($self) {
	my @smaller;

	for my $at (reverse 0 .. $self->{options}->$#*) {
		my $copy = $self->_copy;
		my ($gone) = splice $copy->{options}->@*, $at, 1;
		push @smaller, ["@$gone", $copy];
	}
	if ($self->{defaults}) {
		my $copy = $self->_copy;
		delete $copy->{defaults};
		push @smaller, ['default devices', $copy];
	}
	return @smaller;
}

sub _without_settings ($self) {
	my @smaller;

	for my $index (0 .. $self->{sections}->$#*) {
		my $section = $self->{sections}[$index];
		for my $at (reverse 0 .. $section->{settings}->$#*) {
			my $name = $section->{settings}[$at][0];
			next if $BELONGS{$name} && !($section->{kind} eq 'device' && $name eq 'netdev');
			my $copy = $self->_copy;
			splice $copy->{sections}[$index]{settings}->@*, $at, 1;
			$copy->_tidy;
			push @smaller,
				["$name of " . ($section->{id} eq '' ? $section->{kind} : $section->{id}), $copy];
		}
	}
	return @smaller;
}

1;
