# SPDX-License-Identifier: BSD-2-Clause
package Report::Changes;

# What is not the same: between the QEMUs of this report, and between this report and an earlier one. A point counts
# where both sides ran and have it; a time that was measured is no difference (Report::Difference says what one is).
# Points of one test that changed alike are one row.

use v5.36;

use List::Util qw(uniq);

use Report::Difference;
use Report::Failures;
use Report::Html qw(e section table points_link);
use Report::Runs;

use constant { ROWS_SHOWN => 150, NAMES_SHOWN => 3 };

# ---- Between QEMUs ------------------------------------------------------------------------------------------------

sub between_qemus (@boots) {
	my @qemus = Report::Runs::qemus(@boots);
	my (%runs, %groups, $points);

	return section('differences', 'What differs between the QEMUs',
		'Only one QEMU was run; <code>make gate QEMUS="installed trixie sid"</code> runs several.')
			if @qemus < 2;
	$runs{$_->configuration}{$_->qemu} = $_ for grep { Report::Difference::ran($_) } @boots;
	for my $configuration (sort keys %runs) {
		my $of = $runs{$configuration};
		my %said = map { $_ => Report::Difference::said($of->{$_}) } keys %$of;
		for my $name (sort(uniq(map { keys %$_ } values %said))) {
			my @said = map { ($said{$_} // {})->{$name} } @qemus;
			next if uniq(map { _same($_) } grep { defined } @said) < 2;
			my $group = $groups{join "\0", (split m{/}, $name)[0], map { _same($_
				// '') } @said} //= { said => \@said };
			push $group->{points}->@*, [$configuration, $name];
			$points++;
		}
	}
	my $text = $points ? "$points points do not say the same on every QEMU that has them."
		: 'Every point says the same on every QEMU that has it.';
	return section('differences', 'What differs between the QEMUs', $text,
		_table(['points', @qemus], _sorted(values %groups)));
}

sub _same ($said) {
	return Report::Failures::without_numbers($said);
}

# ---- Since an earlier report --------------------------------------------------------------------------------------

my @KINDS = (
	[new => 'fails now, and did not', sub ($was, $is) { _bad($is) && !_bad($was) }],
	[fixed => 'failed, and does not now', sub ($was, $is) { _bad($was) && !_bad($is) }],
	[other => 'changed otherwise', sub ($was, $is) { 1 }],
);

# { new, fixed, other => [groups], lacking => [names of runs], count => { new, ... } } of two lists of runs.
sub since ($earlier, $runs) {
	my %was = map { $_->name => $_ } @$earlier;
	my %groups = map { $_->[0] => {} } @KINDS;
	my %since = (count => { map { $_->[0] => 0 } @KINDS }, lacking => [grep { !$was{$_} } map { $_->name } @$runs]);

	for my $run (grep { $was{$_->name} } @$runs) {
		my ($points) = Report::Difference::points([$was{$run->name}], [$run]);
		for my $point (@$points) {
			my ($kind) = map { $_->[0] } grep { $_->[2]->($point->@{qw(was is)}) } @KINDS;
			my $group = $groups{$kind}{join "\0", (split m{/}, $point->{name})[0],
				map { _same($_) } $point->@{qw(was is)}} //=
				{ said => [$point->@{qw(was is)}] };
			push $group->{points}->@*, [$run->name, $point->{name}];
			$since{count}{$kind}++;
		}
	}
	$since{$_} = [_sorted(values $groups{$_}->%*)] for keys %groups;
	return \%since;
}

sub _bad ($said) {
	return $said =~ /(?:^|; )(?:not ok|error)\b/;
}

# One sentence for the top of the page and the terminal.
sub sentence ($since) {
	my ($count, $lacking) = ($since->{count}, scalar $since->{lacking}->@*);

	return "$count->{new} new failures, $count->{fixed} fixed, $count->{other} other changes"
		. ($lacking ? ", $lacking runs that the earlier report does not have" : '');
}

sub since_html ($since, $name) {
	my @parts;

	for my $kind (@KINDS) {
		my ($key, $title) = @$kind;
		push @parts, "<h3>\u$title: $since->{count}{$key}</h3>", _table(['points', 'was', 'is'],
			$since->{$key}->@*)
			if $since->{$key}->@*;
	}
	push @parts, '<details><summary>Runs that the earlier report does not have</summary><p>' . e(join ', ',
		$since->{lacking}->@*)
		. '</p></details>' if $since->{lacking}->@*;
	return section('since', 'What is new', 'Against <code>' . e($name) . '</code>: ' . e(sentence($since)) . '.',
		@parts);
}

# ---- Tables -------------------------------------------------------------------------------------------------------

sub _sorted (@groups) {
	return sort { $b->{points}->@* <=> $a->{points}->@* || $a->{points}[0][1] cmp $b->{points}[0][1] } @groups;
}

sub _table ($heads, @groups) {
	my $more = @groups > ROWS_SHOWN ? @groups - ROWS_SHOWN : 0;

	return () if !@groups;
	splice @groups, ROWS_SHOWN;
	return (table('What differs', $heads, map { _row($_) } @groups), $more ? "<p>And $more smaller groups.</p>"
		: ());
}

sub _row ($group) {
	my @names = uniq map { $_->[1] } $group->{points}->@*;
	my @links = map { points_link('<code>' . e($_) . '</code>', name => $_) } @names[0 .. (@names < NAMES_SHOWN
		? @names : NAMES_SHOWN) - 1];
	my $test = (split m{/}, $names[0])[0];
	my @where = uniq map { $_->[0] } $group->{points}->@*;
	my $count = $group->{points}->@* . ($group->{points}->@* == 1 ? ' point' : ' points');

	push @links, points_link(@names - NAMES_SHOWN . ' more', test => $test) if @names > NAMES_SHOWN;
	return '<tr><th scope="row">' . join('<br>', @links) . "<br><small>$count in " . e(@where > 3 ? @where . ' runs'
		: join ', ', @where) . '</small></th>' . join('', map { '<td>' . e($_ // 'not there')
			. '</td>' } $group->{said}->@*) . '</tr>';
}

1;
