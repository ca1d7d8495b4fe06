package Ledger;

# What the ledger of clauses, the tests' declarations, the results of the unit tests and the lists of clauses that are
# not covered say. Reads them and prints nothing; clauses.t, driver.t and report judge.

use v5.36;

use Exporter qw(import);
use File::Find qw(find);

our @EXPORT_OK = qw(rows prefix test_files declarations not_covered unit_results not_held);

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

# The C files of a folder and of those in it, where the tests are declared.
sub test_files ($folder) {
	my @files;

	find({ no_chdir => 1, wanted => sub { push @files, $_ if /\.c$/ } }, $folder);
	return sort @files;
}

# Every CONFORMANCE_TEST of a C file: { name, clauses => [...], judged_by, line }. Strings may be in pieces.
sub declarations ($path) {
	open my $file, '<', $path or die "$path: $!\n";
	my $text = do { local $/; <$file> };
	my $string = qr/"(?:[^"\\]|\\.)*"/;
	my @found;

	$text =~ s{/\*.*?\*/}{$& =~ tr/\n//cdr}gse;
	while ($text =~ /^CONFORMANCE_TEST\(((?:$string|[^";])*)\);/mg) {
		my ($body, $line) = ($1, 1 + (substr($text, 0, $-[0]) =~ tr/\n//));
		my ($name) = $body =~ /^\s*"([^"]*)"/;
		my ($clauses) = $body =~ /\.clauses\s*=\s*((?:$string\s*)+)/;
		my ($judged_by) = $body =~ /\.judged_by\s*=\s*(\w+)/;

		push @found, {
			name => $name // '?', line => $line, judged_by => $judged_by // 'FUNCTIONAL',
			clauses => [map { split } join '', ($clauses // '') =~ /"([^"]*)"/g],
		};
	}
	return @found;
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
