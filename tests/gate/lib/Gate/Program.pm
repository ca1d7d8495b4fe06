# SPDX-License-Identifier: BSD-2-Clause
package Gate::Program;

# What every program answers before it does anything: --help, for which the comment that its file opens with is printed
# where it has no text of its own, and --version, the project's.

use v5.36;

use File::Basename qw(basename);

use Gate::Place;

# Ends the program when one of the words asks for one of these.
sub answer ($path, @words) {
	my ($word) = grep { /^--(?:help|version)$/ } @words or return;

	print $word eq '--help' ? _opening($path) : 'busproof ' . basename($path) . ' ' . version() . "\n";
	exit 0;
}

# Of a release, in its file VERSION; else what git calls this tree.
sub version () {
	my $root = Gate::Place::root();
	my $said = '';

	if (open my $file, '<', "$root/VERSION") {
		$said = <$file> // '';
	} elsif (open my $pipe, '-|', 'git', '-C', $root, 'describe', '--tags', '--always', '--dirty') {
		$said = <$pipe> // '';
	}
	return $said =~ /^(\S+)/ ? $1 : 'unknown';
}

sub _opening ($path) {
	open my $file, '<', $path or die "$path: $!\n";
	my @lines = <$file>;
	my @comment;

	shift @lines;
	push @comment, shift(@lines) =~ s/^# ?//r while @lines && $lines[0] =~ /^#/;
	return join '', @comment;
}

1;
