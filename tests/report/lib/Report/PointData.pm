# SPDX-License-Identifier: BSD-2-Clause
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

use Report::Json;
use Report::Run;

my %LETTER = (ok => 'o', failed => 'f', error => 'e', todo => 't', skip => 's');

sub json (@runs) {
	my %of = map { $_ => _texts() } qw(tests subjects strings);
	my (%list, @lists, @runs_json);

	for my $run (@runs) {
		my $names = join ',', map { _name(\%of, $_->{name}) } $run->points;
		$list{$names} //= push(@lists, "[$names]") - 1;
		my $commands = $run->repeats;
		push @runs_json, _object(%$commands,
			name => $run->name, machine => $run->machine, qemu => $run->qemu // '',
			command => $run->command // '', outcomes => join('',
				map { $LETTER{$_->{outcome}} } $run->points))
			=~ s/\}\z/,"list":$list{$names},"notes":[${\ _notes($of{strings}, $commands, $run->points)}]}/r;
	}
	my @texts = map { qq("$_":) . Report::Json::text($of{$_}{list}) } sort keys %of;
	# No text may end the script element that holds it.
	return '{' . join(',', @texts, '"lists":[' . join(',', @lists) . ']', '"runs":[' . join(',', @runs_json) . ']')
		=~ s/</\\u003c/gr . '}';
}

sub _object (%object) {
	return Report::Json::text({ map { $_ => "$object{$_}" } keys %object });
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

# What the table of deviations says of a deviation is not said again at each point.
sub _notes ($strings, $commands, @points) {
	my ($last, @notes) = (0);

	for my $at (0 .. $#points) {
		my ($why, $evidence) = $points[$at]->@{qw(why evidence)};

		next if $why eq '' && $evidence eq '';
		$evidence = Report::Run::evidence_without($points[$at], $commands, sub ($key) { "$key\n" });
		$evidence =~ s/^(?:deviation|reference): .*\n//mg if $points[$at]{outcome} eq 'todo';
		push @notes, $at - $last, _number($strings, $why), _number($strings, $evidence);
		$last = $at;
	}
	return join ',', @notes;
}

1;
