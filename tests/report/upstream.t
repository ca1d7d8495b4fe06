#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a report to others has every part that it needs, of tables and kept runs of its own, and that each
# deviation of the real tables has what such a report is made of.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP;
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../gate/lib', '/../spec/lib', '/../lib';
use Report::Upstream;
use Testing::Program qw(output_of);

my $TESTS = dirname(dirname(abs_path(__FILE__)));
my $FOLDER = tempdir(CLEANUP => 1);
my %ROW = (machine => '*', profile => 'qemu', shows => 'always', skip => 'none', because => ['*'], since => undef,
	until => undef, needs => undef, reference => 'IOMMU-44; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_unmap()');
my @TABLE = (
	{ %ROW, name => 'qemu-one', points => ['a.b/*'],
	  reason => 'An UNMAP removes what it must not: the whole one is gone. By hand: MAP twice, UNMAP half.' },
	{ %ROW, name => 'qemu-two', points => ['a.c/*', 'a.d'], skip => 'all', until => '10.0.0',
	  reason => 'It ends. By hand: write 3.', reference => 'Manual, 1' },
	{ %ROW, name => 'qemu-three', points => ['a.g'], machine => 'dummy-virt',
	  reason => 'It reads 0. By hand: read.' },
	{ %ROW, name => 'board-only', points => ['a.e'], profile => 'hardware', reason => 'Chips. By hand: look.' },
);

path("$FOLDER/full/tap/gate/installed/alpha-on")->touchpath->spew_raw("1..2\nok 1 - a.f\n"
	. "not ok 2 - a.b/c # TODO qemu-one\n"
	. "  ---\n  verdict: fail\n  reason: \"gone\"\n  deviation: \"long\"\n  ...\n# run: version 7.2.22\n");
path("$FOLDER/tables.json")->spew_raw(JSON::PP->new->encode({ format => 'busproof-tables', format_version => 1,
	version => '0', tests => [], deviations => \@TABLE }));
of_runs();
of_none();
titles();
real_tables();
done_testing();

sub said ($folder) {
	my ($said, $status) = output_of("$TESTS/report/upstream", $folder, "$FOLDER/tables.json");

	is($status, 0, 'the page is made');
	return $said;
}

sub of_runs () {
	my $page = said("$FOLDER/full");

	like($page, qr/^3 defects, of which 1 show/m, 'it counts them');
	like($page, qr/^## An UNMAP removes what it must not$/m, 'a title');
	like($page, qr/^An UNMAP removes what it must not: the whole one is gone\.$/m, 'what is seen and right');
	like($page, qr/^To see it by hand: MAP twice, UNMAP half\.$/m, 'how to see it');
	like($page, qr{^    busproof boot --machine alpha --devices on --append 'tests=a\.b/c deviations=off'$}m,
		'the command for one point');
	like($page, qr/^- What is right: VIRTIO 1\.4, IOMMU-44: SHOULD NOT: UNMAP that would split/m,
		'the clause in words');
	like($page, qr/^- Where: QEMU hw\/virtio\/virtio-iommu\.c/m, 'the place in the sources');
	like($page, qr/^- Versions: all that were tried; seen on 7\.2\.22$/m, 'the versions');
	like($page, qr/^reason: "gone"$/m, 'and the evidence');
	unlike($page, qr/^deviation:/m, 'without what stands above');
	unlike($page, qr/board-only/, 'nothing of hardware');
	return;
}

sub of_none () {
	my $page = said("$FOLDER/none");

	like($page, qr/^3 defects; no boot of the gate is kept/m, 'without runs it says so');
	like($page, qr{--devices SET --append 'tests=a\.c/\*,a\.d deviations=off'$}m, 'and names all points');
	like($page, qr/^- Versions: before 10\.0\.0; not tried by the gate/m, 'and what is not tried');
	like($page, qr/^## virt: It reads 0$/m, 'a title says which machine it is about');
	like($page, qr/^- Machine: -M virt$/m, 'which is named as QEMU names it');
	like($page, qr{busproof boot --machine aarch64 --devices SET --append 'tests=a\.g }, 'and as we do');
	return;
}

sub titles () {
	is(Report::Upstream::title('Short. Long.'), 'Short', 'the first sentence');
	is(Report::Upstream::title('In 1.4 it is so'), 'In 1.4 it is so', 'a number ends none');
	my $long = Report::Upstream::title('word ' x 60);
	cmp_ok(length $long, '<=', 114, 'one that is too long is cut');
	like($long, qr/word \.\.\.\z/, 'behind a word');
	return;
}

# Every defect has all parts.
sub real_tables () {
	my @reports = Report::Upstream::reports([]);

	cmp_ok(scalar @reports, '>', 50, 'there are defects');
	is_deeply([map { $_->{name} } grep { !defined $_->{by_hand} } @reports], [], 'each says how to see it by hand');
	is_deeply([map { $_->{name} } grep { !$_->{right}->@* } @reports], [], 'each says what is right');
	my %times;
	$times{$_->{title}}++ for @reports;
	is_deeply([grep { $times{$_} > 1 } sort keys %times], [], 'no two have the same title');
	is_deeply([grep { /\bqemu-(?!palcode)/ } sort keys %times], [], 'none is in words of our own');
	return;
}
