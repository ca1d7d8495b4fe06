#!/usr/bin/perl
# Proves that a name leads to its place: the first word of a point's name (of virtio's the first two) is the folder of
# tests/conformance that declares it, so that a file holds points of one suite, and no file of a suite is too long.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../spec/lib';
use Ledger qw(test_files);

use constant LONGEST => 400;

my $SUITES = abs_path(dirname(abs_path(__FILE__)) . '/../conformance');
my (%seen, @misplaced, @long);

is(folder_of('dma.page-crossing'), 'dma', 'a suite');
is(folder_of('virtio.refuse.read-only-write'), 'virtio/refuse', 'a suite of virtio');
is(folder_of('virtio.mode'), 'virtio/mode', 'a suite that has a point of its own name');
is_deeply([names(qq{CONFORMANCE_TEST("a.b", f);\nOTHER_TEST("c.d",\n g);\n#define X_TEST(name) "no"\n})],
	['a.b', 'c.d'], 'declarations by any macro are found');

for my $path (test_files($SUITES)) {
	my ($file, $text) = (substr($path, 1 + length $SUITES), content($path));

	push @misplaced, map { "$_ in $file" } grep { folder_of($_) ne dirname($file) } names($text);
	push @long, $file if ($text =~ tr/\n//) > LONGEST;
	$seen{$_} = 1 for names($text);
}
cmp_ok(scalar(keys %seen), '>', 200, 'there are points');
is_deeply(\@misplaced, [], 'every point is declared in the folder that its name says');
is_deeply(\@long, [], 'no file has more than ' . LONGEST . ' lines');
done_testing();

sub folder_of ($name) {
	my ($first, $second) = split /\./, $name;

	return $first eq 'virtio' ? "$first/$second" : $first;
}

sub names ($text) {
	return $text =~ /^[A-Z_]+_TEST\("([^"]+)"/mg;
}

sub content ($path) {
	open my $file, '<', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file> // '';
}
