# SPDX-License-Identifier: BSD-2-Clause
package Report::Clauses;

# The ledger of clauses (tests/spec/*-clauses.tsv), the tests that name them, as the image's tables say, and what came
# of those.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use lib dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . '/gate/lib';
use Gate::Tables;

my $TESTS = dirname(dirname(dirname(dirname(abs_path(__FILE__)))));
my @FIELDS = qw(id section level observable needs summary);

# Rows of the ledger: { id, section, level, observable, needs, summary, tests => [names] }, in the ledger's order.
sub ledger ($folder = $TESTS) {
	my $tests = _tests_by_clause();
	my @rows;

	for my $path (sort glob "\Q$folder\E/spec/*-clauses.tsv") {
		for my $line (grep { !/^#/ } _lines($path)) {
			my %row;
			@row{@FIELDS} = split /\t/, $line, -1;
			push @rows, { %row, tests => [sort(($tests->{$row{id}} // [])->@*)] };
		}
	}
	return @rows;
}

sub _tests_by_clause () {
	my $clauses = by_test();
	my %tests;

	for my $name (sort keys %$clauses) {
		push $tests{$_}->@*, $name for $clauses->{$name}->@*;
	}
	return \%tests;
}

# { test name => [clauses] } of the tests that name some.
sub by_test () {
	return { map { $_->{name} => $_->{clauses} } grep { $_->{clauses}->@* } Gate::Tables::tests() };
}

sub _lines ($path) {
	open my $file, '<', $path or die "$path: $!\n";
	local $/ = undef;
	return split /\n/, <$file> // '';
}

# { test name => { outcome => number of points } } of all runs.
sub outcomes (@runs) {
	my %outcomes;

	for my $run (grep { defined $_->qemu } @runs) {
		$outcomes{$_->{name} =~ s{/.*}{}r}{$_->{outcome}}++ for $run->points;
	}
	return \%outcomes;
}

# What all tests of a clause together say: the worst that came of one of them.
sub verdict ($row, $outcomes) {
	my %seen = map { %{$outcomes->{$_} // {}} } $row->{tests}->@*;

	$seen{$_} and return $_ for qw(failed error todo ok skip);
	return $row->{tests}->@* ? 'not run' : 'no test';
}

1;
