#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Is every clause that the specification asks of a driver either held by a unit test of our driver, one that ran and
# passed and names it, or listed with the reason why not, and never both? Looks at what the unit tests printed when they
# ran last (build/unit/tap, or the folder in UNIT_TAP). Prints TAP.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Ledger qw(rows unit_results not_held);

my $HERE = dirname(abs_path(__FILE__));
my $UNIT = "$HERE/../unit";
my $RESULTS = $ENV{UNIT_TAP} // "$HERE/../../build/unit/tap/build/unit";
my $LIST = "$HERE/driver-not-held.tsv";
my %KINDS = map { $_ => 1 } qw(unused unseen otherwise);

my %clause = map { $_->[0] => $_ } map { rows($_) } glob "\Q$HERE\E/virtio-driver*-clauses.tsv";
my $results = unit_results($RESULTS);
my %held = map { $_ => 1 } grep { $results->{$_}{passed} && !$results->{$_}{failed} } keys %$results;
my $listed = not_held($LIST);

check_results();
check_list();
none('clauses that unit tests name are in the ledger of driver clauses', grep { !$clause{$_} } keys %$results);
none('no clause is listed as not held and named by a unit test', grep { $results->{$_} } keys %$listed);
none('every driver clause is held by a unit test or listed', grep { !$held{$_} && !$listed->{$_} } keys %clause);
done_testing();

sub none ($what, @found) {
	is_deeply([sort @found], [], $what);
	return;
}

# Each program has left a plan and as many points: one that ended early has shown nothing about the rest.
sub check_results () {
	my @missing;

	for my $program (map { basename($_, '.c') } glob "\Q$UNIT\E/test_*.c") {
		push @missing, $program if !whole("$RESULTS/$program");
	}
	none('every unit test has left its results', @missing);
	none('no unit test that names a clause has failed', map { @{$_->{failed} // []} } values %$results);
	return;
}

sub whole ($path) {
	open my $file, '<', $path or return 0;
	my ($plan, $points) = (0, 0);
	while (my $line = <$file>) {
		$plan = $1 if $line =~ /^1\.\.([0-9]+)$/;
		$points++ if $line =~ /^(?:not )?ok [0-9]+/;
	}
	return $plan > 0 && $points == $plan;
}

sub check_list () {
	my @faults;
	my %seen;

	for my $row (rows($LIST)) {
		my ($id, $kind, $reason) = @$row;
		push @faults, "line $row->[-1]: not three columns" if @$row != 4;
		push @faults, "$id: '$kind' is no kind" if !$KINDS{$kind // ''};
		push @faults, "$id: no reason" if ($reason // '') !~ /\S/;
		push @faults, "$id stands twice" if $seen{$id}++;
		push @faults, "$id is not in the ledger" if !$clause{$id};
		push @faults, "$id: what MUST be cannot be done otherwise"
			if ($kind // '') eq 'otherwise' && ($clause{$id}[2] // '') =~ /^MUST/;
	}
	none('every row of driver-not-held.tsv has an id of the ledger, a kind and a reason', @faults);
	return;
}
