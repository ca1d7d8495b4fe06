package Sabotage::Tree;

# Private copies of the project, with what has been built, so that a sabotage never touches the user's files and only what
# it changes is built again. A copy is put back after each sabotage by copying what has changed.

use v5.36;

use File::Find qw(find);
use File::Path qw(make_path remove_tree);
use Time::HiRes qw(stat);

# Parts of build/ that checks can do with; what else is there is large, or is made by running.
my @BUILT = qw(tools alpha sparc64 unit);

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
	for my $path (sort keys %$texts) {
		open my $file, '>', "$self->{root}/$path" or die "$self->{root}/$path: $!\n";
		print {$file} $texts->{$path};
		close $file or die "$self->{root}/$path: $!\n";
	}
	return;
}

# As it was when it was copied from another tree, whatever has been changed or built since.
sub put_back ($self) {
	my ($from, $root) = @$self{qw(from root)};

	find({ no_chdir => 1, wanted => sub {
		my $before = $from . substr $_, length $root;
		return if -l $_ || -d _;
		return _same($_, $before) || _restore($before, $_) if -e $before;
		unlink $_ or die "$_: $!\n";
	} }, $root);
	return;
}

sub _same ($path, $before) {
	my @now = (stat $path)[7, 9];
	my @then = (stat $before)[7, 9];
	return $now[0] == $then[0] && abs($now[1] - $then[1]) < 1e-3;
}

sub _restore ($before, $path) {
	unlink $path;
	_copy_whole($before, $path);
	return;
}

1;
