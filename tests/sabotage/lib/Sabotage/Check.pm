# SPDX-License-Identifier: BSD-2-Clause
package Sabotage::Check;

# The checks that notice sabotages, as lists name them: what is run, and then the point that must fail in it (* is any
# text). A check that fails elsewhere, or dies, has noticed nothing.
#
#	unit/test_verdict => expectations		a program of tests/unit, and a test in it
#	gate/disk.t => a stray write		a program of tests, and a point that it prints; it gets the
#							name, so that it may leave out the others
#	boot alpha mixed tests=cpu.* => cpu.clock	a boot: machine, devices (as tests/gate/boot --devices), words
#							of the command line; alpha:srm is a machine
#							and what starts it

use v5.36;

use Text::ParseWords qw(shellwords);

use constant { SECONDS => 120, KILL_SECONDS => 5 };

# Nothing when the text is not understood.
sub parse ($class, $text) {
	my ($what, $point) = $text =~ /^(\S.*?) => (\S.*?)\s*$/ or return;
	my ($program, @words) = shellwords($what);
	my %check = (text => $text, what => $what, point => $point);

	if ($what =~ m{^unit/\w+$}) {
		%check = (%check, source => "tests/$what.c", target => "build/$what", tests => "tests/$what.c",
			command => ["build/$what"]);
	} elsif ($what =~ m{^[\w/-]+\.t$}) {
		%check = (%check, source => "tests/$what", what => "$what '$point'", target => 'images',
			command => [$^X, "tests/$what", $point]);
	} elsif ($program eq 'boot' && @words >= 2) {
		my ($name, $devices, @append) = @words;
		my ($machine, @firmware) = split /:/, $name;
		%check = (%check, source => 'tests/gate/boot', target => 'images', machine => $machine,
			command => ['tests/gate/boot', '--machine', $machine, (map { ('--firmware', $_) } @firmware),
				'--devices', $devices, '--append', "@append"]);
	} else {
		return;
	}
	return bless \%check, $class;
}

sub text ($self) { return $self->{text} }
sub what ($self) { return $self->{what} }	# what is run: several checks may look at different points of it
sub point ($self) { return $self->{point} }
sub source ($self) { return $self->{source} }	# the file without which there is no such check

# Builds what the check needs in a tree and runs it there. Returns { built, status, failed => [points], passed =>
# [points], output }; a known deviation has passed.
sub run ($self, $root) {
	my ($built, $said) = $self->_build($root);
	return { built => 0, status => undef, failed => [], passed => [], output => $said } if !$built;
	my ($status, $output) = _run($root, $self->{command}->@*);
	my %points = (failed => [], passed => []);

	for my $line (split /\n/, $output) {
		my ($not, $name) = $line =~ /^(not )?ok\b\s*\d*(?:\s*-)?\s*(.*)$/ or next;
		next if $name =~ /(?<!\\)#\s*SKIP/i;
		my $known = $name =~ s/(?<!\\)#\s*TODO.*//i;
		push $points{$not && !$known ? 'failed' : 'passed'}->@*, _name($name);
	}
	return { built => 1, status => $status, output => $output, %points };
}

# Without what cmocka writes behind a name: clauses, and that the teardown failed too.
sub _name ($text) {
	return $text =~ s/ Could not run test:.*//r =~ s/ \[[^\]]*\]\s*$//r =~ s/\\(.)/$1/gr =~ s/\s+$//r;
}

# What the compiler warns of is not what must notice. Only what is asked for is looked at: the rules of all tests take
# longer to read than one of them to build.
sub _build ($self, $root) {
	my @narrow = 'UNIT_TESTS=' . ($self->{tests} // '');
	push @narrow, 'UNIT_CC=' . ($ENV{UNIT_CC} // 'gcc') . ' -w';
	push @narrow, 'MACHINES=' . ($self->{machine} // '') if $self->{tests} || defined $self->{machine};
	my ($status, $output) = _run($root, 'make', '-s', @narrow, $self->{target});

	return ($status == 0, $output);
}

# The exit status (124: it did not end in time) and all that was said.
sub _run ($folder, @command) {
	my $pid = open my $pipe, '-|' // die "fork: $!\n";

	if (!$pid) {
		delete @ENV{grep { /^(?:MAKE|MFLAGS|PERL_TEST|HARNESS_|QEMUS$|DEVICES$|APPEND$)/ } keys %ENV};
		$ENV{CMOCKA_MESSAGE_OUTPUT} = 'TAP';
		chdir $folder or die "$folder: $!\n";
		open STDIN, '<', '/dev/null' or die "STDIN: $!\n";
		open STDERR, '>&', *STDOUT or die "STDERR: $!\n";
		exec 'timeout', '-k', KILL_SECONDS, SECONDS, @command or die "timeout: $!\n";
	}
	my $output = do { local $/ = undef; <$pipe> // '' };
	close $pipe;
	return ($? >> 8 || $? & 127, $output);
}

# Has this point failed (or passed) among these?
sub among ($self, $points) {
	my $pattern = join '.*', map { quotemeta } split /\*/, $self->{point}, -1;
	return grep { /^$pattern$/ } @$points;
}

1;
