# SPDX-License-Identifier: BSD-2-Clause
package Report::ClauseTable;

# Clauses of the specification on the page: a row for each group of the ledger, those on devices as the boots judge
# them, those on drivers as the unit tests of our own driver hold them. The clauses themselves are JSON that page.js
# shows when a group or a clause is asked for.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use lib dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . '/spec/lib';
use Ledger qw(prefix unit_results not_held not_covered);
use Report::Clauses;
use Report::Html qw(e section table verdict worst);
use Report::Json;

my $SPEC = dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . '/spec';

# [{ id, level, says, state, by => [tests], why }]. unit: the folder of the unit tests' kept TAP.
sub clauses ($boots, $unit) {
	my $outcomes = Report::Clauses::outcomes(@$boots);
	my $held = unit_results($unit);
	my $not_held = not_held("$SPEC/driver-not-held.tsv");
	my $not_covered = not_covered("$SPEC/not-covered.tsv");

	return map { my $row = $_; +{ id => $row->{id}, level => $row->{level}, says => $row->{summary},
		$row->{id} =~ /^DRV-/
		? _of_driver($held->{$row->{id}}, $not_held->{$row->{id}})
		: _of_device($row, $outcomes, $not_covered->{$row->{id}}) } } Report::Clauses::ledger();
}

sub _of_device ($row, $outcomes, $reason) {
	my $why = $row->{observable} eq 'yes' ? $reason : "observable: $row->{observable}";

	return (state => Report::Clauses::verdict($row, $outcomes), by => $row->{tests}, why => $row->{tests}->@* ? ''
		: $why // '');
}

# As `make spec-report` counts them: held when a test that names it has passed, and none has failed.
sub _of_driver ($result, $reason) {
	return (state => 'failed', by => $result->{failed}, why => '') if $result && $result->{failed};
	return (state => 'held', by => $result->{passed}, why => '') if $result && $result->{passed};
	return (state => 'not held', by => [], why => $reason ? "$reason->[0]: $reason->[1]"
		: 'no unit test that ran names it');
}

sub html (@clauses) {
	my @device = grep { $_->{id} !~ /^DRV-/ } @clauses;
	my @driver = grep { $_->{id} =~ /^DRV-/ } @clauses;
	my $named = grep { $_->{by}->@* } @device;
	my $held = grep { $_->{state} eq 'held' } @driver;

	return section('clauses', 'Clauses of the specification',
		"$named of @{[scalar @device]} clauses on devices are named by a "
		. "test; $held of @{[scalar @driver]} clauses on drivers are held by a unit test of our own driver. "
		. 'A group leads to its clauses.',
		_groups('Clauses on devices', ['group', 'clauses', 'named by a test', 'worst verdict'], @device),
		_groups('Clauses on drivers', ['group', 'clauses', 'held by unit tests', 'failed'], @driver),
		'<div id="clause-list" tabindex="-1" aria-live="polite"></div>');
}

sub _groups ($title, $heads, @clauses) {
	my (%groups, @order);

	for my $clause (@clauses) {
		my $group = prefix($clause->{id});
		push @order, $group if !$groups{$group};
		push $groups{$group}->@*, $clause;
	}
	return ("<details><summary>$title</summary>", table($title, $heads, map { _group($_, $groups{$_}->@*) } @order),
		'</details>');
}

sub _group ($group, @clauses) {
	my $covered = grep { $_->{by}->@* && $_->{state} ne 'failed' || $_->{state} eq 'failed'
		&& $_->{id} !~ /^DRV-/ } @clauses;
	my $worst = worst(map { $_->{state} } @clauses);

	return qq(<tr><th scope="row"><a href="#clauses?group=$group">${\ e($group)}</a></th>)
		. join('', map { qq(<td class="number">$_</td>) } scalar @clauses, $covered)
		. '<td>' . ($worst ? verdict($worst) : '') . '</td></tr>';
}

sub json (@clauses) {
	return Report::Json::text([map { +{ %$_,
		group => prefix($_->{id}) } } @clauses]) =~ s/</\\u003c/gr;
}

1;
