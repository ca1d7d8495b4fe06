# SPDX-License-Identifier: BSD-2-Clause
package Gate::Config;

# A machine's description in QEMU's -readconfig format: a user's file, or a set of devices on a port's machine
# (Gate::Set). It knows only what the harness must: which machine, which scratch disks and shared folders, whether a
# panic reaches QEMU's exit status, and from comments what no file of QEMU can say:
#
#   # gate-firmware: NAME           what starts the image in the gate
#   # gate-needs: DEVICE DEVICE.PROPERTY   which devices and properties not every QEMU has
#   # gate-lacks: net scsi          kinds of device that the machine leaves something out for, so that they cannot be
#                                   judged in full
#   # gate-options: WORD ...        words for QEMU's command line
#   # gate-append: WORD ...         words for the firmware's, before those of the user
#   # gate-defaults:                QEMU's default devices are there as well (no -nodefaults)
#   # gate-file: NAME KIND [SIZE]   a user's file or folder, made before the boot; its kinds are Gate::File's
#
# QEMU reads the same file by itself for all the rest.

use v5.36;

use File::Basename qw(basename);
use Text::ParseWords qw(shellwords);

use Gate::Bytes qw(write_bytes);
use Gate::File;
use Gate::Place;
use Gate::PortFile;
use Gate::Port;
use Gate::Sections;

my %WORDS = (needs => \&_needs, lacks => \&_lacks, firmware => \&_firmware, options => \&_options,
	defaults => \&_defaults, file => \&_file, append => \&_append);

sub read ($class, $path) {
	my $file = Gate::Sections->read($path);

	return $class->new(path => $path, name => basename($path, '.cfg'), words => [$file->words],
		sections => [$file->sections]);
}

# words, sections: as Gate::Sections reads them; is_made: no file is like it yet, and path says where it comes from.
sub new ($class, %parts) {
	my $self = bless { %parts }, $class;
	my ($machine) = $self->_settings('machine');

	$self->{type} = $machine ? $machine->{type} // '' : '';
	$self->{port} = Gate::Port::of_type($self->{type}) // die "$self->{path}: [machine] type \"$self->{type}\" is "
		. "none of @{[sort map { $_->board->type } Gate::Port::all()]}\n";
	for my $word ($self->{words}->@*) {
		my $reader = $WORDS{$word->{word}};
		$reader && $reader->($self, $word->{text}) or die $word->{at};
	}
	$self->disks;
	$self->shares;
	return $self;
}

sub _options ($self, $words) {
	push $self->{options}->@*, shellwords($words);
	return 1;
}

sub _append ($self, $words) {
	push $self->{append}->@*, split ' ', $words;
	return $words =~ /\S/;
}

sub _defaults ($self, $nothing) {
	$self->{defaults} = 1;
	return $nothing eq '';
}

sub _file ($self, $words) {
	my ($name, $kind, $size, @more) = split ' ', $words;

	push $self->{files}->@*, [$name, $kind, $size];
	return !@more && Gate::File::is_valid($name, $kind, $size);
}

sub _firmware ($self, $name) {
	$self->{firmware} = $name;
	return scalar grep { $_ eq $name } $self->{port}->firmwares;
}

sub _needs ($self, $words) {
	push $self->{needs}->@*, split ' ', $words;
	return !grep { !/^[\w-]+(?:\.[\w-]+)?$/ } $self->needs;
}

sub _lacks ($self, $words) {
	push(($self->{lacks} //= [])->@*, split ' ', $words);
	return !grep { !/^[\w-]+$/ } $self->{lacks}->@*;
}

sub _of_kind ($self, $kind) { return grep { $_->{kind} eq $kind } $self->{sections}->@* }

# { id => value }, for those of this kind that say it.
sub _values ($self, $kind, $name) {
	return map { my $value = Gate::Sections::value($_, $name); defined $value ? ($_->{id} => $value) : () }
		$self->_of_kind($kind);
}

sub _settings ($self, $kind) {
	return map { +{ map { @$_ } $_->{settings}->@* } } $self->_of_kind($kind);
}

sub path ($self) { return $self->{path} }
sub name ($self) { return $self->{name} }
sub needs ($self) { return ($self->{needs} // [])->@* }
sub firmware ($self) { return $self->{firmware} }
# The last word on a thing counts: the file's, behind its machine's.
sub options ($self) { return ($self->{port}->board->options, ($self->{options} // [])->@*) }
sub append ($self) { return ($self->{append} // [])->@* }
sub has_defaults ($self) { return $self->{defaults} }

# What the user has there: [name, kind, size].
sub files ($self) { return ($self->{files} // [])->@* }

sub _is_users ($self, $name) { return scalar grep { $_->[0] eq $name } $self->files }

# Kinds of device, as the firmware names them; undef where the configuration does not say whether it
# leaves anything out.
sub lacks ($self) { return $self->{lacks} }

sub port ($self) { return $self->{port} }
sub architecture ($self) { return $self->{port}->name }
sub sections ($self) { return $self->{sections}->@* }

# Megabytes of memory, as far as it can be told.
sub memory ($self) {
	my ($memory) = $self->_settings('memory');
	my ($number, $unit) = ($memory ? $memory->{size} // '' : '') =~ /^(\d+)([MG])?$/ or return 0;

	return $number * (($unit // 'M') eq 'G' ? 1024 : 1);
}

# A panic of the firmware makes QEMU exit with status 1 through this device.
sub has_pvpanic ($self) {
	return scalar grep { ($_->{driver} // '') eq 'pvpanic-pci' } $self->_settings('device');
}

sub pvpanic_slot ($self) {
	my ($pvpanic) = grep { ($_->{driver} // '') eq 'pvpanic-pci' } $self->_settings('device');

	return hex(($pvpanic->{addr} // '') =~ /^([\da-f]+)/i ? $1 : 0);
}

# The same machine without it, in no file yet.
sub leave_out_pvpanic ($self) {
	@$self{qw(sections is_made)} = ([grep { $_->{id} ne 'pvpanic' } $self->{sections}->@*], 1);
	return;
}

# What a file of it says.
sub text ($self) {
	return Gate::Sections::text(["$self->{name}, of ${\ Gate::Place::shown($self->{path})}",
		map { $_->{text} eq '' ? "gate-$_->{word}:" : "gate-$_->{word}: $_->{text}" } $self->{words}->@*],
		$self->sections);
}

# A file of it for QEMU: written as $path where there is none.
sub file ($self, $path) {
	return $self->{is_made} ? write_bytes($path, $self->text) : $self->{path};
}

# The serial numbers of the scratch disks; that of a disk names its image too. A disk whose image is the user's, or that
# has none, is no scratch disk.
sub disks ($self) {
	my %file = $self->_values('drive', 'file');
	my %is_other = map { $_->{id} => !defined $file{$_->{id}} || $self->_is_users($file{$_->{id}}) }
		$self->_of_kind('drive');
	my @disks = grep { defined $_->{drive} && !$is_other{$_->{drive}} } $self->_settings('device');

	for my $disk (@disks) {
		my $serial = $disk->{serial} // '';
		$serial =~ /^[\w-]{1,20}$/
			or die "$self->{path}: drive $disk->{drive}: needs a serial of 1 to 20 letters\n";
		($file{$disk->{drive}} // '') eq "$serial.img"
			or die "$self->{path}: drive $disk->{drive}: its file must be $serial.img\n";
	}
	return map { $_->{serial} } @disks;
}

# Files of the run's folder into which sound devices play, byte by byte.
sub waves ($self) {
	return map { $_->{path} } grep { ($_->{driver} // '') eq 'wav' && ($_->{'out.mixing-engine'} // '') eq 'off'
		&& ($_->{path} // '') =~ /^[\w-]+\.wav$/ } $self->_settings('audiodev');
}

# Files of the run's folder that keep what passes a network on which a witness is.
sub captures ($self) {
	return if !grep { ($_->{driver} // '') eq 'ne2k_pci' } $self->_settings('device');
	return map { $_->{file} } grep { ($_->{'qom-type'} // '') eq 'filter-dump'
		&& ($_->{file} // '') =~ /^[\w-]+\.pcap$/ } $self->_settings('object');
}

# The serial numbers of all disks; those of user's disks are what the user likes.
sub serials ($self) {
	return grep { defined } map { $_->{serial} } $self->_settings('device');
}

# { serial => the options of its device, { name => value } }.
sub disk_options ($self) {
	return { map { $_->{serial} => $_ } grep { defined $_->{serial} } $self->_settings('device') };
}

# { serial => whether its drive is read-only }.
sub read_only ($self) {
	my %said = $self->_values('drive', 'readonly');
	my %read_only = map { $_ => scalar($said{$_} =~ /^(?:on|yes|true)$/) } keys %said;

	return { map { $_->{serial} => $read_only{$_->{drive}} } grep { defined $_->{serial} && defined $_->{drive} }
		$self->_settings('device') };
}

# { serial => [serials of the other disks behind the same host] }: the firmware writes to one of them.
sub beside ($self) {
	my @disks = grep { defined $_->{serial} && defined $_->{bus} } $self->_settings('device');

	return { map {
		my $disk = $_;
		$disk->{serial} => [map { $_->{serial} } grep { $_ != $disk && $_->{bus} eq $disk->{bus} } @disks]
	} @disks };
}

# { serial => whether a user's disk is behind the same host }: the firmware may write to that one, and promises nothing.
sub users_beside ($self) {
	my %file = $self->_values('drive', 'file');
	my @disks = grep { defined $_->{drive} && defined $_->{bus} } $self->_settings('device');
	my %has_users = map { $_->{bus} => 1 } grep { $self->_is_users($file{$_->{drive}} // '') } @disks;

	return { map { $_->{serial} => 1 } grep { defined $_->{serial} && $has_users{$_->{bus}} } @disks };
}

# The folders that the machine shares through 9P; a folder's name is also its mount tag. Those of the user are not ours.
sub shares ($self) {
	my %path = $self->_values('fsdev', 'path');
	my %is_other = map { $_->{id} => !defined $path{$_->{id}} || $self->_is_users($path{$_->{id}}) }
		$self->_of_kind('fsdev');
	my @shares = grep { defined $_->{fsdev} && !$is_other{$_->{fsdev}} } $self->_settings('device');

	for my $share (@shares) {
		my $tag = $share->{mount_tag} // '';
		$tag =~ /^[\w-]{1,20}$/
			or die "$self->{path}: fsdev $share->{fsdev}: needs a mount_tag of 1 to 20 letters\n";
		($path{$share->{fsdev}} // '') eq $tag
			or die "$self->{path}: fsdev $share->{fsdev}: its path must be $tag\n";
	}
	return map { $_->{mount_tag} } @shares;
}

# The names of ports that a file keeps the bytes of; a port's name is also that of its file.
sub port_files ($self) {
	my %path = $self->_values('chardev', 'path');
	my @ports = grep { ($_->{name} // '') =~ Gate::PortFile::NAME } $self->_settings('device');

	for my $port (@ports) {
		($path{$port->{chardev} // ''} // '') eq $port->{name}
			or die "$self->{path}: port $port->{name}: the path of its chardev must be $port->{name}\n";
	}
	return map { $_->{name} } @ports;
}

1;
