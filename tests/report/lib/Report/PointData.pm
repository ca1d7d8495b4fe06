package Report::PointData;

# All points of all runs as compact JSON, which page.js unpacks when somebody first asks for points. A boot of the
# same configuration has nearly the same points on each QEMU: names stand once, in lists that runs share, and what
# most points do not have (a reason, evidence) stands beside the few that have it.
#
# { tests, subjects, strings: texts; lists: [[test, subject, ...]]: names, each a test and what stands behind its "/";
#   runs: [{ name, machine, qemu, command, rerun, debug, list, outcomes, notes }] }. outcomes has a letter for each
# point of the list; notes is [how many points further, why, evidence, ...] with numbers of strings. A line "rerun" or
# "debug" of evidence stands for the run's own, with the point's name for "*".

use v5.36;

use JSON::PP;

my %LETTER = (ok => 'o', failed => 'f', error => 'e', todo => 't', skip => 's');

sub json (@runs) {
	my %of = map { $_ => _texts() } qw(tests subjects strings);
	my (%list, @lists, @runs_json);

	for my $run (@runs) {
		my $names = join ',', map { _name(\%of, $_->{name}) } $run->points;
		$list{$names} //= push(@lists, "[$names]") - 1;
		my $commands = _commands($run->points);
		push @runs_json, _object(%$commands,
			name => $run->name, machine => $run->machine, qemu => $run->qemu // '',
			command => $run->command // '', outcomes => join('',
				map { $LETTER{$_->{outcome}} } $run->points))
			=~ s/\}\z/,"list":$list{$names},"notes":[${\ _notes($of{strings}, $commands, $run->points)}]}/r;
	}
	my @texts = map { qq("$_":) . _coder()->encode($of{$_}{list}) } sort keys %of;
	# No text may end the script element that holds it.
	return '{' . join(',', @texts, '"lists":[' . join(',', @lists) . ']', '"runs":[' . join(',', @runs_json) . ']')
		=~ s/</\\u003c/gr . '}';
}

sub _coder () {
	return JSON::PP->new->canonical->ascii;
}

sub _object (%object) {
	return _coder->encode({ map { $_ => "$object{$_}" } keys %object });
}

sub _texts () {
	return { number => {}, list => [] };
}

sub _number ($texts, $text) {
	return $texts->{number}{$text} //= push($texts->{list}->@*, "$text") - 1;
}

sub _name ($of, $name) {
	my ($test, $subject) = split m{/}, $name, 2;

	return _number($of->{tests}, $test // '') . ',' . _number($of->{subjects}, $subject // '');
}

# { rerun, debug => the command that repeats one point, with "tests=*" for its name }: the same for all points of a run.
sub _commands (@points) {
	my %commands;

	for my $point (@points) {
		last if keys %commands == 2;
		while ($point->{evidence} =~ /^(rerun|debug): (.*)/mg) {
			my ($key, $command) = ($1, $2);
			$commands{$key} //= $command =~ s/tests=\Q$point->{name}\E/tests=*/r;
		}
	}
	return \%commands;
}

# What the table of deviations says of a deviation is not said again at each point.
sub _notes ($strings, $commands, @points) {
	my ($last, @notes) = (0);

	for my $at (0 .. $#points) {
		my ($why, $evidence) = $points[$at]->@{qw(why evidence)};

		next if $why eq '' && $evidence eq '';
		$evidence =~ s/^(?:deviation|reference): .*\n//mg if $points[$at]{outcome} eq 'todo';
		for my $key (keys %$commands) {
			my $command = $commands->{$key} =~ s/tests=\*/tests=$points[$at]{name}/r;
			$evidence =~ s/^$key: \Q$command\E$/$key/m;
		}
		push @notes, $at - $last, _number($strings, $why), _number($strings, $evidence);
		$last = $at;
	}
	return join ',', @notes;
}

1;
