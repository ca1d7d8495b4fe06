#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Is the ledger of clauses sound, does every clause that a test names stand in it, and is every clause of the sections
# that must be complete either named by a test or listed with the reason why not, and never both? Prints TAP.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../gate/lib';
use Gate::Tables;
use Ledger qw(rows prefix not_covered);

my $HERE = dirname(abs_path(__FILE__));
my %LEVELS = map { $_ => 1 } 'MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY';

# Prefixes of the basic facilities, reserved bits, split ring, packed ring, PCI and MMIO transports.
my %complete = map { $_ => 1 } qw(STATUS FEAT LEG RESET CFG QRST RSVD LEGRSVD SPLIT LEGRING PACKED PCIID PCILEGID PCICAP
	COMMON NOTIFY ISR DEVCFG PCISHM VNDR PCICFG PCILEG MSIX INTR DEF MMIO);

my (%known, %named);

read_ledger("$HERE/$_") for 'virtio-device-clauses.tsv', 'virtio-driver-clauses.tsv', 'virtio-driver-type-clauses.tsv';
check_tests();
ok(!ledger_has('NO-SUCH-1'), 'an id that is not in the ledger is not found');
check_not_covered("$HERE/not-covered.tsv");
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

# { id => the first test that names it }, as the image's tables say.
sub check_tests () {
	for my $test (Gate::Tables::tests()) {
		$named{$_} //= $test->{name} for $test->{clauses}->@*;
	}
	cmp_ok(scalar keys %named, '>', 100, 'tests name clauses');
	is_deeply([map { "$_ in $named{$_}" } grep { !ledger_has($_) } sort keys %named], [],
		'the clauses that tests name are in the ledger');
	return;
}

sub check_not_covered ($path) {
	my $reasons = not_covered($path);
	my @must = map { $_->[0] }
		grep { $_->[3] eq 'yes' && $complete{prefix($_->[0])} } rows("$HERE/virtio-device-clauses.tsv");

	is_deeply([grep { @$_ != 3 || $_->[1] !~ /\S/ } rows($path)], [],
		'every row of not-covered.tsv has an id and a reason');
	is_deeply([grep { !ledger_has($_) } sort keys %$reasons], [],
		'clauses listed as not covered are in the ledger');
	is_deeply([grep { $named{$_} } sort keys %$reasons], [],
		'no clause is listed as not covered and named by a test');
	is_deeply([grep { !$named{$_} && !$reasons->{$_} } @must], [],
		'every clause that can be observed is tested or listed');
	return;
}
