# SPDX-License-Identifier: BSD-2-Clause
package Gate::File;

# A file or folder that a user might have: made before the boot, and as it was after it. The firmware may write to one
# only if it begins with busproof's signature, and then not to its first sectors. Scratch disks with host patterns,
# which the firmware's promises are compared with, are Gate::Disk's.

use v5.36;

use Digest::SHA qw(sha256);
use File::Path qw(make_path remove_tree);

use Gate::Bytes qw(bytes_of write_bytes);
use Gate::Disk;

use constant { DEFAULT_SIZE => 1 << 20, CLUSTER_BITS => 16, QCOW2_ENTRY => 8 };

# What a file of each kind holds, by its size. folder: how many files there are instead.
my %KINDS = (
	zeroes => { content => sub ($size) { "\0" x $size } },
	text => { content => sub ($size) {
		return substr "a user's own data, not to be touched\n" x ($size / 37 + 1), 0, $size;
	} },
	scratch => { content => \&_scratch, open_from => Gate::Disk::PROTECTED * Gate::Disk::SECTOR },
	qcow2 => { content => \&_qcow2 },
	noise => { content => \&_noise },
	'empty-folder' => { folder => 0 },
	folder => { folder => 3 },
	'full-folder' => { folder => 300 },
);

sub is_valid ($name, $kind, $size = undef) {
	my $of_kind = $KINDS{$kind // ''};

	return $of_kind && $name =~ /^\w[\w.-]*$/
		&& (defined $size ? !defined $of_kind->{folder} && $size =~ /^\d{1,9}$/ : 1);
}

sub new ($class, $folder, $name, $kind, $size = undef) {
	return bless { %{$KINDS{$kind}}, path => "$folder/$name", name => $name, size => $size // DEFAULT_SIZE },
		$class;
}

sub name ($self) { return $self->{name} }

sub create ($self) {
	return write_bytes($self->{path}, $self->{content}->($self->{size})) if !defined $self->{folder};
	remove_tree($self->{path});
	make_path($self->{path});
	write_bytes("$self->{path}/file-$_", _file_content($_)) for 1 .. $self->{folder};
	return;
}

# What is no longer as it was: sentences.
sub problems ($self) {
	return defined $self->{folder} ? $self->_folder_problems : $self->_file_problems;
}

sub _file_problems ($self) {
	my $found = bytes_of($self->{path}) // return "$self->{path}: $!";
	my $expected = $self->{content}->($self->{size});
	my $kept = $self->{open_from} // length $expected;

	return "it has @{[length $found]} bytes, not @{[length $expected]}" if length $found != length $expected;
	my ($same) = ((substr $found, 0, $kept) ^. (substr $expected, 0, $kept)) =~ /^(\0*)/;
	return length $same < $kept && length $same < length $found ? 'it was written to, at byte ' . length $same : ();
}

sub _folder_problems ($self) {
	opendir my $folder, $self->{path} or return "$self->{path}: $!";
	my @found = sort grep { !/^\.\.?$/ } readdir $folder;
	my %expected = map { ("file-$_" => _file_content($_)) } 1 .. $self->{folder};
	my @new = grep { !exists $expected{$_} } @found;
	my @changed = grep { (bytes_of("$self->{path}/$_") // '') ne $expected{$_} } sort keys %expected;

	return (map({ "$_ was not there before" } @new), map { "$_ has changed" } @changed);
}

sub _file_content ($number) { return "file $number of a user\n" }

# Bytes that no other part of it has, and that nobody would guess.
sub _noise ($size) { return substr join('', map { sha256("busproof $_") } 0 .. $size / 32), 0, $size }

# What a user makes by hand for busproof: the signature, and nothing else.
sub _scratch ($size) {
	my $signature = Gate::Disk::SIGNATURE;

	return substr $signature . "\0" x $size, 0, $size;
}

# An empty image of this size, version 2 of the format: a cluster each for the header, the table of reference counts, a
# block of these, and the first level table. Source: QEMU docs/interop/qcow2.txt.
sub _qcow2 ($size) {
	my $cluster = 1 << CLUSTER_BITS;
	my $span = $cluster * $cluster / QCOW2_ENTRY;
	my $entries = int(($size + $span - 1) / $span) || 1;
	my @clusters = (
		pack('a4 N Q> N N Q> N N Q> Q> N N Q>', "QFI\xfb", 2, 0, 0, CLUSTER_BITS, $size, 0, $entries,
			3 * $cluster, $cluster, 1, 0, 0),
		pack('Q>', 2 * $cluster), pack('n4', (1) x 4), "\0" x (QCOW2_ENTRY * $entries),
	);

	return join '', map { pack "a$cluster", $_ } @clusters;
}

1;
