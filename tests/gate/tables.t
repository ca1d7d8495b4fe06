#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the tables of an image are read once and kept beside it, are made again when the image is newer, and that
# where they cannot be had a sentence says what is lacking; and that the list of tests is made of them. Boots no QEMU: a
# program that says what an image would say stands in for boot.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));
my $FOLDER = tempdir(CLEANUP => 1);
my $PROJECT = "$FOLDER/it's a project";
my $IMAGE = "$PROJECT/build/alpha/busproof.elf";
my %TEST = (scope => 'each number', clauses => ['A-1', 'A-2'], judged_by => 'evidence',
	only_by_name => JSON::PP::false, file => 'tests/conformance/a/b/c.c', line => 7);
my %TABLES = (format => 'busproof-tables', format_version => 1, version => '0.1', deviations => [], tests => [
	{ %TEST, name => 'a.b.one', proves => 'One is one, and "two" is two.' },
	{ %TEST, name => 'a.b.longer', proves => 'It is longer than one.', clauses => [],
	  only_by_name => JSON::PP::true },
	{ %TEST, name => 'a.x', proves => 'What it says.', file => 'tests/conformance/a/x.c' },
]);

delete @ENV{grep { /^(?:QEMU|BUSPROOF)/ } keys %ENV};
make_project();
fails(qr/^tests: the tables of tests are in the image, which is not built: make images$/, 'without an image');
write_file($IMAGE, 'image');
$ENV{QEMU_ALPHA} = "$FOLDER/no-qemu";
fails(qr/^tests: the tables of tests are in the image, and no QEMU is there to start it: make setup$/,
	'without a QEMU');
$ENV{QEMU_ALPHA} = $^X;
subtest 'made and kept' => \&kept;
subtest 'what is no such document' => \&no_document;
subtest 'a release' => \&release;
subtest 'the list' => \&the_list;
done_testing();

sub write_file ($path, $content) { return path($path)->touchpath->spew_raw($content) }

# The programs as they are, in a project that has nothing but them, and boot.
sub make_project () {
	write_file("$PROJECT/Makefile", '');
	for my $path (map { s{^\Q$ROOT\E/}{}r } "$ROOT/tests/report/tests", "$ROOT/tests/report/lib/Report/Json.pm",
		glob("\Q$ROOT\E/tests/gate/lib/Gate/*.pm"), glob("\Q$ROOT\E/arch/*/port.mk")) {
		make_path(dirname("$PROJECT/$path"));
		copy("$ROOT/$path", "$PROJECT/$path") or die "$path: $!\n";
	}
	image_says(%TABLES);
	return;
}

# What boot hands on from now on, in lines of comments among others, and it notes each call.
sub image_says (%tables) {
	my $lines = join '', map { "# json: $_\n" } split /\n/, JSON::PP->new->canonical->pretty->encode(\%tables);

	write_file("$PROJECT/tests/gate/boot",
		"open my \$calls, '>>', '$FOLDER/calls' or die; print {\$calls} qq{one\\n};\n"
		. "print <DATA>; exit 1;\n__DATA__\nTAP version 14\n1..0 # SKIP list only\n# busproof 0\n$lines"
		. "# busproof: PASS\n");
	return;
}

sub said (@words) {
	return said_by($^X, "$PROJECT/tests/report/tests", @words);
}

sub fails ($like, $when) {
	my ($said, $status) = said();

	is($status, 1, "$when it fails");
	like($said, $like, 'with a sentence');
	return;
}

sub calls () {
	return -e "$FOLDER/calls" ? scalar path("$FOLDER/calls")->lines_raw : 0;
}

sub kept () {
	is_deeply([(said())[1], calls()], [0, 1], 'made by one boot');
	is_deeply([(said())[1], calls()], [0, 1], 'and not by another');
	utime time + 60, time + 60, $IMAGE;
	is_deeply([(said())[1], calls()], [0, 2], 'made again when the image is newer');
	utime time, time, $IMAGE;
	return;
}

sub no_document () {
	image_says(%TABLES, format => 'other');
	utime time + 120, time + 120, $IMAGE;
	fails(qr/^tests: the image of alpha: no tables of tests and deviations can be read in it$/, 'another document');
	image_says(%TABLES, format_version => 2);
	fails(qr/^tests: the image of alpha: is of format 2, and this program reads 1$/, 'another format is refused:');
	image_says(%TABLES);
	return;
}

sub release () {
	rename "$PROJECT/Makefile", "$PROJECT/no-Makefile" or die "Makefile: $!\n";
	make_path("$PROJECT/images/alpha");
	fails(qr/^tests: tables\.json is not among the images: this release is not whole$/, 'without the file');
	write_file("$PROJECT/images/sparc64/tables.json", JSON::PP->new->encode(\%TABLES));
	is((said())[1], 0, 'with it, and without a boot, it is read');
	is(calls(), 4, 'without a boot');
	return;
}

sub the_list () {
	my ($list) = said();
	my ($verbose) = said('--verbose', 'a.b.*');
	my ($json) = said('--json');

	is($list, "a.b: 2 tests\n  a.b.one     One is one, and \"two\" is two.\n"
		. "  a.b.longer  It is longer than one.\n\na: 1 test\n  a.x  What it says.\n", 'suite by suite');
	like($verbose, qr/^ {14}on each number; evidence; A-1 A-2\n {14}\S+c\.c:7$/m, 'with what they are run on');
	like($verbose, qr/^  a\.b\.longer .*\n.*; run only when named$/m, 'and when');
	is_deeply(JSON::PP->new->decode($json), \%TABLES, 'and all of it');
	like((said('a.b'))[0], qr/\Aa\.b: 2 tests\n/, 'the tests of a suite');
	is_deeply([said('a.bo')], ["tests: a.bo: no test has such a name\n", 2], 'a name that there is not');
	is((said('--frobnicate'))[1], 2, 'an option that there is not');
	return;
}
