#!/usr/bin/perl
# Is the ledger of clauses sound, and does every clause that a test names stand in it? Prints TAP.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

my $HERE = dirname(abs_path(__FILE__));
my $TESTS = "$HERE/../conformance";
my %LEVELS = map { $_ => 1 } 'MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY';

my %known;

read_ledger("$HERE/$_") for 'virtio-device-clauses.tsv', 'virtio-driver-clauses.tsv';
check_test_file($_) for sort glob "$TESTS/*.c";
ok(!ledger_has('NO-SUCH-1'), 'an id that is not in the ledger is not found');
done_testing();

sub read_ledger ($path) {
	my @faults;

	open my $file, '<', $path or die "$path: $!\n";
	while (my $line = <$file>) {
		chomp $line;
		next if $line =~ /^#/;
		push @faults, "line $.: $_" for row_faults(split /\t/, $line, -1);
	}
	is_deeply(\@faults, [], 'every row of ' . ($path =~ s{.*/}{}r) . ' is whole and its id stands once');
	return;
}

sub row_faults (@fields) {
	my ($id, $section, $level, $observable, $needs, $summary) = @fields;
	my @faults;

	return ('not six columns') if @fields != 6;
	push @faults, "'$id' is no clause id" if $id !~ /^[A-Z0-9]+(?:-[A-Z0-9]+)*-[0-9]+[a-z]?$/;
	push @faults, "'$id' stands twice" if $known{$id}++;
	push @faults, "'$level' is no level" if !$LEVELS{$level};
	push @faults, "'$observable' is not yes, partly or no" if $observable !~ /^(?:yes|partly|no)$/;
	push @faults, 'an empty column' if grep { $_ eq '' } $section, $needs, $summary;
	return @faults;
}

sub ledger_has ($id) {
	return $known{$id};
}

sub check_test_file ($path) {
	open my $file, '<', $path or die "$path: $!\n";
	my $text = do { local $/; <$file> };
	my @named = map { split } $text =~ /\.clauses = "([^"]*)"/g;

	return if !@named;
	is_deeply([grep { !ledger_has($_) } @named], [], 'clauses named by ' . ($path =~ s{.*/}{}r) . ' are in the ledger');
	return;
}
