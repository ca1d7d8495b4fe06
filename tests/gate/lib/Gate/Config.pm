package Gate::Config;

# Reads a machine's description in QEMU's -readconfig format. It knows only what the harness must: which machine, which
# scratch disks and shared folders, whether a panic reaches QEMU's exit status, and from comments what no file of QEMU
# can say:
#
#   # gate-firmware: NAME           what starts the image in the gate
#   # gate-needs: DEVICE DEVICE.PROPERTY   which devices and properties not every QEMU has
#   # gate-lacks: net scsi          kinds of device that the machine leaves something out for, so that they cannot be
#                                   judged in full
#   # gate-options: WORD ...        words for QEMU's command line
#   # gate-defaults:                QEMU's default devices are there as well (no -nodefaults)
#   # gate-file: NAME KIND [SIZE]   a user's file or folder, made before the boot; its kinds are Gate::File's
#
# QEMU reads the same file by itself for all the rest.

use v5.36;

use File::Basename qw(basename);
use Text::ParseWords qw(shellwords);

use Gate::File;

my %ARCHITECTURE = (clipper => 'alpha', sun4u => 'sparc64');

sub read ($class, $path) {
	my $self = bless { path => $path, name => basename($path, '.cfg'), sections => [] }, $class;

	open my $file, '<', $path or die "$path: $!\n";
	while (my $line = <$file>) {
		$self->_line($line) or die "$path line $.: not understood: $line";
	}
	$self->architecture;
	$self->disks;
	$self->shares;
	return $self;
}

sub _line ($self, $line) {
	return $self->_comment($1, $2) if $line =~ /^#\s*gate-([\w-]+)\b[:\s]*(.*?)\s*$/;
	return 1 if $line =~ /^\s*(?:#.*)?$/;
	if ($line =~ /^\[([\w-]+)(?:\s+"([^"]*)")?\]\s*$/) {
		push $self->{sections}->@*, { kind => $1, id => $2 // '', settings => {} };
		return 1;
	}
	return 0 unless $self->{sections}->@* && $line =~ /^\s*([\w.-]+)\s*=\s*"([^"]*)"\s*$/;
	$self->{sections}[-1]{settings}{$1} = $2;
	return 1;
}

sub _comment ($self, $word, $text) {
	my $reader = { needs => \&_needs, lacks => \&_lacks, firmware => \&_firmware, options => \&_options,
		defaults => \&_defaults, file => \&_file }->{$word};

	return $reader && $reader->($self, $text);
}

sub _options ($self, $words) {
	push $self->{options}->@*, shellwords($words);
	return 1;
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
	return $name =~ /^(?:prom|openbios)$/;
}

sub _needs ($self, $words) {
	push $self->{needs}->@*, split ' ', $words;
	return !grep { !/^[\w-]+(?:\.[\w-]+)?$/ } $self->needs;
}

sub _lacks ($self, $words) {
	push(($self->{lacks} //= [])->@*, split ' ', $words);
	return !grep { !/^[\w-]+$/ } $self->{lacks}->@*;
}

sub _settings ($self, $kind) {
	return map { $_->{settings} } grep { $_->{kind} eq $kind } $self->{sections}->@*;
}

sub path ($self) { return $self->{path} }
sub name ($self) { return $self->{name} }
sub needs ($self) { return ($self->{needs} // [])->@* }
sub firmware ($self) { return $self->{firmware} }
sub options ($self) { return ($self->{options} // [])->@* }
sub has_defaults ($self) { return $self->{defaults} }

# What the user has there: [name, kind, size].
sub files ($self) { return ($self->{files} // [])->@* }

sub _is_users ($self, $name) { return scalar grep { $_->[0] eq $name } $self->files }

# Kinds of device, as the firmware names them; undef where the configuration does not say whether it
# leaves anything out.
sub lacks ($self) { return $self->{lacks} }

sub architecture ($self) {
	my ($machine) = $self->_settings('machine');
	my $type = $machine ? $machine->{type} // '' : '';

	return $ARCHITECTURE{$type}
		// die "$self->{path}: [machine] type \"$type\" is none of @{[sort keys %ARCHITECTURE]}\n";
}

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

# The same machine without it, in a file of its own.
sub leave_out_pvpanic ($self, $path) {
	my $text = do {
		open my $file, '<', $self->{path} or die "$self->{path}: $!\n";
		local $/ = undef;
		<$file>;
	};

	open my $file, '>', $path or die "$path: $!\n";
	print {$file} $text =~ s/^\[device "pvpanic"\]\n(?:[^\[\n].*\n)*//mr;
	close $file or die "$path: $!\n";
	$self->{path} = $path;
	$self->{sections} = [grep { $_->{id} ne 'pvpanic' } $self->{sections}->@*];
	return;
}

# The serial numbers of the scratch disks; that of a disk names its image too. A disk whose image is the user's, or that
# has none, is no scratch disk.
sub disks ($self) {
	my %file = map { $_->{id} => $_->{settings}{file} } grep { $_->{kind} eq 'drive' } $self->{sections}->@*;
	my %is_other = map { $_ => !defined $file{$_} || $self->_is_users($file{$_}) } keys %file;
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

# The serial numbers of all disks; those of user's disks are what the user likes.
sub serials ($self) {
	return grep { defined } map { $_->{serial} } $self->_settings('device');
}

# { serial => whether its drive is read-only }.
sub read_only ($self) {
	my %read_only = map { $_->{id} => scalar(($_->{settings}{readonly} // 'off') =~ /^(?:on|yes|true)$/) }
		grep { $_->{kind} eq 'drive' } $self->{sections}->@*;

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
	my %file = map { $_->{id} => $_->{settings}{file} // '' } grep { $_->{kind} eq 'drive' } $self->{sections}->@*;
	my @disks = grep { defined $_->{drive} && defined $_->{bus} } $self->_settings('device');
	my %has_users = map { $_->{bus} => 1 } grep { $self->_is_users($file{$_->{drive}} // '') } @disks;

	return { map { $_->{serial} => 1 } grep { defined $_->{serial} && $has_users{$_->{bus}} } @disks };
}

# The folders that the machine shares through 9P; a folder's name is also its mount tag. Those of the user are not ours.
sub shares ($self) {
	my %path = map { $_->{id} => $_->{settings}{path} } grep { $_->{kind} eq 'fsdev' } $self->{sections}->@*;
	my %is_other = map { $_ => !defined $path{$_} || $self->_is_users($path{$_}) } keys %path;
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

1;
