# SPDX-License-Identifier: BSD-2-Clause
package Gate::Disk;

# A scratch disk: makes its image before the boot, and judges afterwards from the host's side what the firmware says it
# wrote. Every sector that is not written on purpose is text that names itself, so that a stray write shows. Sectors
# 0..7 are ours alone; 8..15 are what DMA engines write to and read back (drivers/engine/scratch.h), and anything.
# Behind them a sector is promised to hold a seed's text, zeroes, or anything where it was discarded; what the device
# says of itself is compared with the image and with QEMU's options. The image is larger than 1 MiB, so that requests of
# 1 MiB lie behind the first one.
# A shared folder is judged in the same way: its file "scratch" is laid out like a disk. A promise of a sector behind
# the last one is there that of a file by itself, "guest-" and the number; nothing else may be in the folder.

use v5.36;

use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);

use constant { SECTOR => 512, SECTORS => 6144, PROTECTED => 8, JUDGED => 16, DIFFERENCES_SHOWN => 4 };
use constant SIGNATURE => "BUSPROOF SCRATCH DISK 1\n";
# What a sector may be promised to hold in place of a seed's text.
use constant { ZEROES => 'zeroes', ANYTHING => 'anything' };

# What a device may say of itself, and what QEMU makes of one without such an option. How many queues it has without
# that option is QEMU's choice.
my %SAYS = (logical_block_size => SECTOR, physical_block_size => SECTOR, min_io_size => 0, opt_io_size => 0);
my %UNITS = ('' => 1, k => 1 << 10, m => 1 << 20);

# options: those of the device that has the disk, { name => value }.
sub new ($class, $folder, $serial, $options = {}) {
	return bless { path => "$folder/$serial.img", serial => $serial, options => $options }, $class;
}

sub share ($class, $folder, $tag) {
	return bless { path => "$folder/$tag/scratch", serial => $tag, folder => "$folder/$tag" }, $class;
}

sub serial ($self) { return $self->{serial} }

sub create ($self) {
	remove_tree($self->{folder}) if $self->{folder};
	make_path(dirname($self->{path}));
	open my $image, '>:raw', $self->{path} or die "$self->{path}: $!\n";
	print {$image} map { $self->_untouched($_) } 0 .. SECTORS - 1;
	close $image or die "$self->{path}: $!\n";
	return;
}

# What is wrong with the disk after a run in which the firmware promised { sector => seed }, and that the device says
# { name => value }: nothing, or sentences.
sub problems ($self, $promises, $said = {}) {
	my @problems = ($self->_said_otherwise($said), $self->{folder} ? $self->_folder_problems($promises) : ());

	for my $sector (sort { $a <=> $b } keys %$promises) {
		next if $self->{folder} && $sector >= SECTORS;
		next if $sector >= PROTECTED && $sector < SECTORS;
		push @problems, "the firmware wrote sector $sector, outside of @{[PROTECTED]}..@{[SECTORS - 1]}";
	}
	my $content = $self->_content // return (@problems, "$self->{path}: $!");
	push @problems, "the image has @{[length $content]} bytes, not @{[SECTOR * SECTORS]}"
		if length $content != SECTOR * SECTORS;
	return (@problems, $self->_differences($content, $promises));
}

# Files beside the one that is laid out like a disk: those that were promised, and no others.
sub _folder_problems ($self, $promises) {
	opendir my $folder, $self->{folder} or return "$self->{folder}: $!";
	my %there = map { ($_ => 1) } grep { !/^(?:\.\.?|scratch)$/ } readdir $folder;
	my @problems;

	for my $number (sort { $a <=> $b } grep { $_ >= SECTORS } keys %$promises) {
		my $found = delete $there{"guest-$number"} ? $self->_content("$self->{folder}/guest-$number") : undef;
		my $expected = $self->_written($number, $promises->{$number});
		push @problems, !defined $found ? "file guest-$number is not there" : $found eq $expected ? ()
			: "file guest-$number must hold what the firmware wrote (seed $promises->{$number}): "
			. _first_difference($found, $expected);
	}
	return (@problems, map { "the folder holds $_, which nobody promised" } sort keys %there);
}

sub _said_otherwise ($self, $said) {
	my %is = (%SAYS, capacity => SECTORS, _numbers($self->{options}->%*));

	return map { "the device says $_ $said->{$_}, and it is $is{$_}" }
		grep { defined $is{$_} && $is{$_} != $said->{$_} } sort keys %$said;
}

sub _numbers (%options) {
	my %number = map { $options{$_} =~ /^(\d+)([km]?)$/i ? ($_ => $1 * $UNITS{lc $2}) : () } keys %options;
	my $block = $number{logical_block_size} // SECTOR;

	# The device counts these in blocks.
	$number{$_} -= $number{$_} % $block for grep { defined $number{$_} } qw(min_io_size opt_io_size);
	return %number;
}

sub _content ($self, $path = $self->{path}) {
	open my $image, '<:raw', $path or return;
	local $/ = undef;
	return <$image>;
}

sub _differences ($self, $content, $promises) {
	my @problems;

	for my $sector (0 .. SECTORS - 1) {
		next if $sector >= PROTECTED && $sector < JUDGED && !defined $promises->{$sector};
		my $promised = $sector >= PROTECTED ? $promises->{$sector} : undef;
		next if ($promised // '') eq ANYTHING;
		my $expected = defined $promised ? $self->_written($sector, $promised) : $self->_untouched($sector);
		my $found = substr $content, $sector * SECTOR, SECTOR;
		next if $found eq $expected;
		my $rule = !defined $promised ? 'must be unchanged'
			: $promised eq ZEROES ? 'must hold zeroes'
			: "must hold what the firmware wrote (seed $promised)";
		push @problems, "sector $sector $rule: " . _first_difference($found, $expected);
	}
	my $more = @problems - DIFFERENCES_SHOWN;
	splice @problems, DIFFERENCES_SHOWN, $more, "and $more more sectors" if $more > 0;
	return @problems;
}

sub _untouched ($self, $sector) {
	return SIGNATURE . "\0" x (SECTOR - length SIGNATURE) if $sector == 0;
	return _fill("busproof host sector $sector of $self->{serial}\n");
}

sub _written ($self, $sector, $seed) {
	return "\0" x SECTOR if $seed eq ZEROES;
	return _fill("busproof guest sector $sector of $self->{serial} seed $seed\n");
}

sub _fill ($text) {
	return substr $text x (SECTOR / length($text) + 1), 0, SECTOR;
}

sub _first_difference ($found, $expected) {
	my ($same) = ($found ^. $expected) =~ /^(\0*)/;
	my $at = length $same;

	my ($is, $must_be) = map { _readable(substr $_, $at, 24) } $found, $expected;
	return "from byte $at it holds $is, not $must_be";
}

sub _readable ($bytes) {
	return 'nothing' if $bytes eq '';
	return 'zeroes' if $bytes =~ /^\0+$/;
	return "'" . $bytes =~ s/[^ -~]/./gr . "'";
}

1;
