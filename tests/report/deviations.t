#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a deviation that no boot shows any more fails a complete gate and only that, and that the list for a bug
# report has all that such a report needs. Kept runs and tables of its own stand for the real ones.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP;
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../gate/lib', '/../lib';
use Gate::Set;
use Report::Deviations;
use Testing::Program qw(output_alone);

my $TESTS = dirname(dirname(abs_path(__FILE__)));
my $FOLDER = tempdir(CLEANUP => 1);
my @CONFIGURATIONS = map { $_->[0]->name . "-$_->[1]" } Gate::Set::configurations();

my %ROW = (machine => '*', profile => 'qemu', shows => 'always', skip => 'none', because => ['*'], since => undef,
	until => undef, needs => undef, reference => 'Manual, 3');
my @TABLE = (
	{ %ROW, name => 'qemu-one', points => ['a.b/*'], reason => 'It says "no" and means it.',
	  reference => 'Manual, 1.2' },
	{ %ROW, name => 'qemu-two', points => ['a.c/*'], shows => 'sometimes', reason => 'Two.' },
	{ %ROW, name => 'qemu-users-only', points => ['a.e/*'], shows => 'sometimes', reason => 'Three.',
	  needs => 'a device that only users have' },
	{ %ROW, name => 'board-only', points => ['a.d/*'], profile => 'hardware', reason => 'Three.',
	  reference => 'Manual, 4' },
	{ %ROW, name => 'qemu-ends', points => ['a.f/*', 'a.g'], skip => 'all', until => '11.0.0', reason => 'Ends.' },
);
my %TABLES = (format => 'busproof-tables', format_version => 1, version => '0', tests => [], deviations => \@TABLE);
my $SHOWS = "1..2\nok 1 - a.b/c\nnot ok 2 - a.b/d # TODO qemu-one\n"
	. "  ---\n  verdict: fail\n  rerun: \"qemu x\"\n  ...\n";
my $BOTH = "1..2\nnot ok 1 - a.c/e # TODO qemu-two\nnot ok 2 - a.b/d # TODO qemu-one\n";

write_file("$FOLDER/tables.json", JSON::PP->new->encode(\%TABLES));
$ENV{QEMU_MATRIX} = 'installed sid';
write_file("$FOLDER/$_", $SHOWS)
	for map { my $q = $_; map { "full/tap/gate/$q/$_" } @CONFIGURATIONS } qw(installed sid);
judge('full', 1, qr/^ok 1 - qemu-one shows/m, qr/^not ok 2 - qemu-two no longer shows: remove it$/m, qr/^1\.\.4$/m);
$ENV{QEMU_MATRIX} = 'installed sid trixie';
judge('full', 0, qr/^ok 2 # skip qemu-two was not seen, but not all was booted \(no trixie/m);
$ENV{QEMU_MATRIX} = 'installed sid';
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH);
judge('full', 0, qr/^ok 2 - qemu-two shows, in 1 of /m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", '');
judge('full', 0, qr/^ok 2 # skip .*\(no sid\/\Q$CONFIGURATIONS[0]\E\)/m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH =~ s/qemu-two/qemu-three/r);
judge('full', 1, qr/^not ok \d - qemu-three is shown, but not listed$/m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH =~ s/qemu-one/qemu-users-only/r);
judge('full', 1,
	qr{^not ok 3 - qemu-users-only shows in sid/\Q$CONFIGURATIONS[0]\E, .*a device that only users have$}m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH);
bug_report();
of_versions();
done_testing();

sub write_file ($path, $content) { return path($path)->touchpath->spew_raw($content) }

sub judge ($report, $fails, @like) {
	my ($said, $status) = output_alone("$TESTS/gate/stale-deviations", "$FOLDER/$report", "$FOLDER/tables.json");

	is($status ? 1 : 0, $fails, $fails ? 'fails' : 'passes') or diag($said);
	like($said, $_, 'says what it must') for @like;
	return;
}

# What only other versions have is not missed where all is booted on these.
sub of_versions () {
	my %row = (%ROW, since => '8.2.0', until => '11.0.0');

	ok(Report::Deviations::is_of(\%row, $_), "$_ may have it")
		for '8.2.0', '10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)', '10.2.9', '11.0.50', 'unknown';
	ok(!Report::Deviations::is_of(\%row, $_), "$_ has not") for '8.1.9', '7.2.22 (Debian)', '11.0.0', '12.1.0';
	ok(Report::Deviations::is_of(\%row, '7.2.22', '10.0.0'), 'one of them has it');
	ok(Report::Deviations::is_of(\%ROW, '7.2.22'), 'without limits all have it');
	my $later = { %ROW, name => 'qemu-later', points => ['a.h/*'], since => '99.1.0', reason => 'Later.' };
	write_file("$FOLDER/tables.json", JSON::PP->new->encode({ %TABLES, deviations => [@TABLE, $later] }));
	judge('full', 1, qr/^not ok \d - qemu-later no longer shows/m);
	write_file("$FOLDER/full/tap/gate/$_", $BOTH . "# run: version 7.2.22\n")
		for map { my $q = $_; map { "$q/$_" } @CONFIGURATIONS } qw(installed sid);
	judge('full', 0, qr/^ok \d # skip qemu-later was not seen; it shows on QEMU from 99\.1\.0 on, and none/m);
	return;
}

sub bug_report () {
	my ($said, $status) = output_alone("$TESTS/report/deviations", "$FOLDER/full", "$FOLDER/tables.json");

	is($status, 0, 'the list is made');
	like($said, qr/^## qemu-one\n\nIt says "no" and means it\.\n\n- Reference: Manual, 1\.2$/m,
		'with what is wrong and right');
	like($said, qr/^\| installed \| unknown \| @{[scalar @CONFIGURATIONS]} \| \w+-/m, 'with who shows it');
	like($said, qr/^rerun: "qemu x"$/m, 'with the command that shows it');
	like($said, qr/^## board-only\n.*?^It shows on hardware only/ms, 'and with what cannot be seen here');
	like($said, qr{^- Points: `a\.f/\*`, `a\.g`, .*, not run: .* QEMU before 11\.0\.0$}m,
		'with what is not tried, and where');
	is((output_alone("$TESTS/report/deviations", "$FOLDER/empty"))[1], 2, 'a folder without boots is a bad call');
	return;
}
