#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a name leads to its place: the first word of a point's name (of virtio's the first two) is the folder of
# tests/conformance that declares it, so that a file holds points of one suite, and no file of a suite is too long. What
# each test proves is a sentence of its own, which the list of all tests is made of.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find qw(find);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../gate/lib';
use Gate::Tables;

use constant LONGEST => 400;

use constant SENTENCE => qr/^[A-Z9].{18,130}[^.]\.$/;	# on a line or two of a terminal

my $SUITES = 'tests/conformance';
my $ROOT = abs_path(dirname(abs_path(__FILE__)) . '/../..');
my @tests = Gate::Tables::tests();
my %by;

is(folder_of('dma.page-crossing'), 'dma', 'a suite');
is(folder_of('virtio.refuse.read-only-write'), 'virtio/refuse', 'a suite of virtio');
is(folder_of('virtio.mode'), 'virtio/mode', 'a suite that has a point of its own name');
like('A sentence that says it.', SENTENCE, 'a sentence');
unlike($_, SENTENCE, "no sentence: $_")
	for 'says what is proved here.', 'It says what is proved here', 'Too short.', 'An end that waits for more...';

cmp_ok(scalar @tests, '>', 300, 'there are tests');
my @misplaced = grep { "$SUITES/" . folder_of($_->{name}) ne dirname($_->{file}) } @tests;
is_deeply([map { "$_->{name} in $_->{file}" } @misplaced], [],
	'every test is declared in the folder that its name says');
is_deeply([map { $_->{name} } grep { $_->{proves} !~ SENTENCE } @tests], [], 'what each test proves is a sentence');
is_deeply([map { $_->{name} } grep { ($_->{scope} // '') eq '' } @tests], [], 'what each is run on is said');
push $by{$_->{proves}}->@*, $_->{name} for @tests;
is_deeply([map { "@$_" } grep { @$_ > 1 } values %by], [], 'and its own');
is_deeply([grep { path($_)->lines_raw > LONGEST } files()], [], 'no file has more than ' . LONGEST . ' lines');
done_testing();

sub folder_of ($name) {
	my ($first, $second) = split /\./, $name;

	return $first eq 'virtio' ? "$first/$second" : $first;
}

sub files () {
	my @files;

	find({ no_chdir => 1, wanted => sub { push @files, $_ if /\.c$/ } }, "$ROOT/$SUITES");
	return sort @files;
}
