# SPDX-License-Identifier: BSD-2-Clause
package Report::Difference;

# What differs between the runs of one configuration on two sides, and nothing else: points with another verdict, cells
# of the matrix with another view, and what the console firmware handed over. Each side is one run, or several of the
# same: a point that is not the same twice on one side is unsteady, and no difference. How it is said is
# Report::Conclusion's.

use v5.36;

use List::Util qw(uniq);

use Report::Run;

my %WORD = (ok => 'ok', skip => 'skipped', todo => 'deviation', failed => 'not ok', error => 'error');

# { key, lacking, points => [{ name, was, is }], cells => [{ row, column, was, is }], hand_off, problems, unsteady =>
# [text] }; lacking: why one side has nothing to compare, and then there is nothing else.
sub between ($key, $all_a, $all_b) {
	my ($a, $b) = my @runs = ($all_a->[0], $all_b->[0]);
	my ($lacking) = grep { !$runs[$_] || !ran($runs[$_]) } 0, 1;
	my %difference = (key => $key, points => [], cells => [], hand_off => [], problems => [], unsteady => []);

	if (defined $lacking) {
		my $side = qw(A B)[$lacking];

		$difference{lacking} = $runs[$lacking] ? "$side did not run: " . why_not($runs[$lacking])
			: "not in $side";
		return \%difference;
	}
	@difference{qw(points unsteady)} = points($all_a, $all_b);
	$difference{cells} = [_cells($a->matrix, $b->matrix)];
	$difference{hand_off} = [_hand_off($a->hand_off, $b->hand_off)];
	$difference{problems} = [_problems($a, $b)];
	return \%difference;
}

sub is_one ($difference) {
	return defined $difference->{lacking} || grep { $difference->{$_}->@* } qw(points cells hand_off problems);
}

# Points that begin with "host:" are the harness's own, and are there even when QEMU does not start.
sub ran ($run) {
	return scalar grep { $_->{name} !~ /^host:/ } $run->points;
}

# A plan without points, and nothing wrong: its QEMU lacks what the configuration needs.
sub left_out ($run) { return !$run->points && !$run->problems }

sub why_not ($run) {
	return 'its QEMU lacks what the configuration needs' if left_out($run);
	my ($said) = map { Report::Run::reason_of($_) // () } grep { $_->{outcome} eq 'failed' } $run->points;

	return $said // (join('; ', $run->problems) || 'no reason is kept');
}

# Two lists: the points that differ, and the names of those that are unsteady.
sub points ($a, $b) {
	my @verdicts = map { [map { _verdicts($_) } @$_] } $a, $b;
	my (@points, @unsteady);

	for my $name (uniq map { $_->{name} } map { $_->points } @$a, @$b) {
		my @said = map { [map { $_->{$name} // 'no such point' } @$_] } @verdicts;

		next if _without_times($said[0][0]) eq _without_times($said[1][0]);
		if (_overlap(map { [map { _without_times($_) } @$_] } @said)) {
			push @unsteady, $name;
		} else {
			push @points, { name => $name, was => $said[0][0], is => $said[1][0] };
		}
	}
	return (\@points, \@unsteady);
}

# Has one side ever said what the other one did?
sub _overlap ($a, $b) {
	my %said = map { $_ => 1 } @$a;

	return scalar grep { $said{$_} } @$b;
}

# How long something took is different each time, and no difference between two QEMUs.
sub _without_times ($verdict) {
	return $verdict =~ s/\b\d+ (?:[mun]?s|seconds?)\b/N s/gr;
}

# What each point of a run says, without the times that it measured.
sub said ($run) {
	my $verdicts = _verdicts($run);

	return { map { $_ => _without_times($verdicts->{$_}) } keys %$verdicts };
}

# { name => "not ok: reason" }; names that come twice count as one with both verdicts.
sub _verdicts ($run) {
	my %verdicts;

	for my $point ($run->points) {
		my $why = Report::Run::reason_of($point) // '';
		my $verdict = $WORD{$point->{outcome}} . ($why eq '' ? '' : ": $why");

		$verdicts{$point->{name}} = join '; ', $verdicts{$point->{name}} // (), $verdict;
	}
	return \%verdicts;
}

sub _cells ($a, $b) {
	my @cells;

	for my $row (sort(uniq(keys %$a, keys %$b))) {
		for my $column (sort(uniq(map { keys(($_->{$row} // {})->%*) } $a, $b))) {
			my ($was, $is) = map { _view($_->{$row}{$column}) } $a, $b;

			push @cells, { row => $row, column => $column, was => $was, is => $is } if $was ne $is;
		}
	}
	return @cells;
}

# A cell with a dash was not looked at, as was one of a row or column that is not there.
sub _view ($cell) {
	return !defined $cell || $cell eq '-' ? 'not looked at' : $cell;
}

sub _hand_off ($a, $b) {
	my @lines;

	for my $what (sort(uniq(keys %$a, keys %$b))) {
		my ($was, $is) = map { $_->{$what} } $a, $b;
		next if ($was // '') eq ($is // '');
		push @lines, "hand-off $what: " . (defined $was && defined $is ? _changed_words($was, $is)
			: defined $was ? "only in A: $was" : "only in B: $is");
	}
	return @lines;
}

# The words that changed, each behind the name of the value before it.
sub _changed_words ($was, $is) {
	my @was = split ' ', $was;
	my @is = split ' ', $is;
	my ($label, @changes) = ('');

	return "$was -> $is" if @was != @is;
	for my $at (0 .. $#was) {
		$label = $was[$at] if $was[$at] =~ /[g-z_]|^bars$|^command$/i;
		push @changes, "$label $was[$at] -> $is[$at]" if $was[$at] ne $is[$at];
	}
	return join ', ', @changes;
}

sub _problems ($a, $b) {
	my ($was, $is) = map { join('; ', $_->problems) || 'complete' } $a, $b;

	return $was eq $is ? () : "the run\n    A: $was\n    B: $is";
}

1;
