# SPDX-License-Identifier: BSD-2-Clause
package Ledger;

# What the ledger of clauses, the results of the unit tests and the lists of clauses that are not covered say. Reads
# them and prints nothing; clauses.t, driver.t and report judge. What the tests name is said by Gate::Tables.

use v5.36;

use Exporter qw(import);

our @EXPORT_OK = qw(rows prefix not_covered unit_results not_held);

# The rows of a table with tabs: references to lists of columns, and the line number as the last.
sub rows ($path) {
	my @rows;

	open my $file, '<', $path or die "$path: $!\n";
	while (my $line = <$file>) {
		chomp $line;
		push @rows, [split(/\t/, $line, -1), $.] if $line !~ /^(?:#|$)/;
	}
	return @rows;
}

# "SPLIT" of "SPLIT-15"
sub prefix ($id) {
	return $id =~ s/-[0-9]+[a-z]?$//r;
}

# { id => reason } of not-covered.tsv; a second reason for an id is joined to the first.
sub not_covered ($path) {
	my %reasons;

	push $reasons{$_->[0]}->@*, $_->[1] for rows($path);
	return { map { $_ => join '; ', $reasons{$_}->@* } keys %reasons };
}

# What the unit tests named in a folder of kept TAP, one file a program: { id => { passed => [...], failed => [...] } },
# with "program: test" in the lists. A test names its clauses in brackets behind its name (tests/unit/host/host.h).
sub unit_results ($folder) {
	my %by;

	for my $path (glob "\Q$folder\E/test_*") {
		open my $file, '<', $path or die "$path: $!\n";
		my $program = $path =~ s{.*/}{}r;
		while (my $line = <$file>) {
			my ($not, $test, $ids) = $line =~ /^(not )?ok [0-9]+ - (\w+) \[([^\]]*)\]$/ or next;
			push $by{$_}{$not ? 'failed' : 'passed'}->@*, "$program: $test" for split ' ', $ids;
		}
	}
	return \%by;
}

# { id => [kind, reason] } of driver-not-held.tsv
sub not_held ($path) {
	return { map { $_->[0] => [$_->@[1, 2]] } rows($path) };
}

1;
