# SPDX-License-Identifier: BSD-2-Clause
package Sabotage::Tree;

# Private copies of the project, with what has been built, so that a sabotage never touches the user's files and only
# what it changes is built again. A copy is put back after each sabotage by copying what has changed.

use v5.36;

use File::Find qw(find);
use File::Path qw(make_path remove_tree);

use Gate::Port;

# Parts of build/ that checks can do with; what else is there is large, or is made by running.
my @BUILT = ('tools', Gate::Port::names(), 'unit');

# A copy of the project at $from in the folder $to, which is made anew.
sub new ($class, $from, $to) {
	my $self = bless { from => $from, root => $to }, $class;
	my @entries = grep { !/^(?:build|\.git)$/ } _entries($from);

	remove_tree($to);
	make_path("$to/build");
	_copy_whole("$from/$_", "$to/") for @entries;
	_copy_whole("$from/build/$_", "$to/build/") for grep { -e "$from/build/$_" } @BUILT;
	return $self;
}

sub root ($self) { return $self->{root} }

sub _entries ($folder) {
	opendir my $handle, $folder or die "$folder: $!\n";
	return grep { !/^\.\.?$/ } readdir $handle;
}

# With the times, which tell make that nothing is to be done.
sub _copy_whole ($from, $to) {
	system('cp', '-a', $from, $to) == 0 or die "$from cannot be copied to $to\n";
	return;
}

# Writes changed files, { path => text }.
sub change ($self, $texts) {
	$self->{changed} = time;
	for my $path (sort keys %$texts) {
		open my $file, '>', "$self->{root}/$path" or die "$self->{root}/$path: $!\n";
		print {$file} $texts->{$path};
		close $file or die "$self->{root}/$path: $!\n";
	}
	return;
}

# As it was when it was copied from another tree, whatever has been changed or built since the last change.
sub put_back ($self) {
	my ($from, $root) = @$self{qw(from root)};
	my $since = ($self->{changed} // return) - 1;

	find({ no_chdir => 1, wanted => sub {
		return if (lstat $_)[9] < $since || -l _ || -d _;
		unlink $_ or die "$_: $!\n";
		my $before = $from . substr $_, length $root;
		_copy_whole($before, $_) if -e $before;
	} }, $root);
	return;
}

1;
