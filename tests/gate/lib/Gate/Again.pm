# SPDX-License-Identifier: BSD-2-Clause
package Gate::Again;

# A boot that is repeated when a few of its points fail, as compare does it: a computer that is busy with something
# else can make a point fail that waits. What fails in both boots fails; what failed in the first only is named as
# unsteady, with its reason, behind the TAP of the second, and so is what the firmware had called so in the first. A
# boot that did not come to its end, or that spoiled a disk, is never repeated.

use v5.36;

use File::Temp qw(tempfile);

use constant FEW => 40;		# more points do not fail by chance

# command: one that prints TAP, as tests/gate/boot does. Prints what counts; returns the exit status.
sub run (@command) {
	my $first = _boot(@command);
	my %failed = _failed($first->{out});

	return _print($first)
		if $first->{status} != 1 || !%failed || keys %failed > FEW || grep { /^host:/ } keys %failed;
	my $second = _boot(@command);
	my %again = _failed($second->{out});
	my $status = _print($second);

	say "# unsteady: $_: failed once, and not when booted again: $failed{$_}"
		for grep { !exists $again{$_} } sort keys %failed;
	print grep { !$again{s/^# unsteady: (.*?): .*/$1/sr} } $first->{out} =~ /^# unsteady: .*\n/mg;
	say STDERR "# unsteady, and not counted: $_: $failed{$_}" for grep { !exists $again{$_} } sort keys %failed;
	return $status;
}

sub _boot (@command) {
	my ($out, $err) = map { scalar tempfile(UNLINK => 1) } 1 .. 2;
	my $pid = fork // die "fork: $!\n";

	if (!$pid) {
		open STDOUT, '>&', $out and open STDERR, '>&', $err or die "$!\n";
		exec @command or die "$command[0]: $!\n";
	}
	local @SIG{qw(INT TERM HUP)} = (sub ($signal) { kill TERM => $pid; waitpid $pid, 0; exit 1 }) x 3;
	waitpid $pid, 0;
	my $status = $? & 127 ? 1 : $? >> 8;
	return { status => $status, out => _read($out), err => _read($err) };
}

sub _read ($file) {
	seek $file, 0, 0;
	local $/ = undef;
	return <$file> // '';
}

sub _print ($boot) {
	print $boot->{out};
	print STDERR $boot->{err};
	return $boot->{status};
}

# { name => reason } of the points that make a run fail.
sub _failed ($tap) {
	my %failed;

	while ($tap =~ /^not ok \d+ - ((?:[^\\#\n]|\\.)*)\n((?:  .*\n)*)/mg) {
		my ($name, $block) = ($1, $2);
		$failed{$name} = $block =~ /^  reason: "(.*)"$/m ? $1 : 'no reason given';
	}
	return %failed;
}

1;
