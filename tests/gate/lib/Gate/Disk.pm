# SPDX-License-Identifier: BSD-2-Clause
package Gate::Disk;

# A scratch disk: makes its image before the boot, and judges afterwards from the host's side what the firmware says it
# wrote. Every sector that is not written on purpose is text that names itself, so that a stray write shows. Sectors
# 0..7 are ours alone; 8..15 are what DMA engines write to and read back (drivers/engine/scratch.h), and anything.
# A shared folder is judged in the same way: its file "scratch" is laid out like a disk. A promise of a sector behind
# the last one is there that of a file by itself, "guest-" and the number; nothing else may be in the folder.

use v5.36;

use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);

use constant { SECTOR => 512, SECTORS => 2048, PROTECTED => 8, JUDGED => 16, DIFFERENCES_SHOWN => 4 };
use constant SIGNATURE => "BUSPROOF SCRATCH DISK 1\n";

sub new ($class, $folder, $serial) {
	return bless { path => "$folder/$serial.img", serial => $serial }, $class;
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

# What is wrong with the disk after a run in which the firmware promised { sector => seed }: nothing, or sentences.
sub problems ($self, $promises) {
	my @problems = $self->{folder} ? $self->_folder_problems($promises) : ();

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

sub _content ($self, $path = $self->{path}) {
	open my $image, '<:raw', $path or return;
	local $/ = undef;
	return <$image>;
}

sub _differences ($self, $content, $promises) {
	my @problems;

	for my $sector (0 .. SECTORS - 1) {
		next if $sector >= PROTECTED && $sector < JUDGED && !defined $promises->{$sector};
		my $promised = $sector >= PROTECTED && defined $promises->{$sector};
		my $expected = $promised ? $self->_written($sector, $promises->{$sector}) : $self->_untouched($sector);
		my $found = substr $content, $sector * SECTOR, SECTOR;
		next if $found eq $expected;
		my $rule = $promised ? "must hold what the firmware wrote (seed $promises->{$sector})"
			: 'must be unchanged';
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
