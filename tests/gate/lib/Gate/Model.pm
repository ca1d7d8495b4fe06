# SPDX-License-Identifier: BSD-2-Clause
package Gate::Model;

# Boots a model of a console (tests/models) by the command of tests/gate/boot, but with files of the test's own in the
# place of those that it would have: another request, another medium.

use v5.36;

use File::Temp qw(tempdir);
use Path::Tiny qw(path);

use Gate::Place;

# options: words for boot; files: { how a file's name in the command ends => its contents }. What the serial line said,
# and QEMU's exit status.
sub run ($options, %files) {
	state %commands;
	my $command = $commands{"@$options"} //= command(@$options);
	my $folder = tempdir(CLEANUP => 1);

	for my $name (sort keys %files) {
		path($folder, $name)->spew_raw($files{$name});
		$command =~ s{(loader,file=)[^,]*\Q$name\E[^,]*}{$1$folder/$name} or die "no $name in: $command\n";
	}
	my $text = qx{{ $command; } 2>&1};
	return ($text =~ s/\r//gr, $? >> 8);
}

sub command (@options) {
	my $boot = Gate::Place::root() . '/tests/gate/boot';

	open my $pipe, '-|', $boot, '--print-command', @options or die "$boot: $!\n";
	my $command = do { local $/; <$pipe> };
	close $pipe or die "$boot --print-command @options: failed\n";
	return $command =~ s/\n\z//r;
}

1;
