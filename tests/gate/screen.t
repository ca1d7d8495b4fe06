#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the screen at the end of make run says what it must: each view that was seen and no other, every reason
# for which points failed, deviations by name, what was not judged; and that no line of it is wider than the terminal.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Gate::Summary;

my @MATRIX = (
	'device and mode                    descriptors   used          buffer-read',
	'rng@00:03.0/accepted               bus           bus           -',
	'rng@00:03.0/declined               refused       refused       -',
	'rng@00:03.0/accepted/packed        bus           bus           -',
	'blk@00:04.0/not-offered            physical      none          physical',
	'lsi@00:05.0                        -             -             bus',
);

subtest 'the matrix' => \&matrix;
subtest 'points that failed' => \&failed;
subtest 'deviations' => \&deviations;
subtest 'widths' => \&widths;
done_testing();

sub matrix () {
	my $summary = Gate::Summary->new(80);

	$summary->matrix($_) for @MATRIX;
	is_deeply([map { s/\s+/ /gr } $summary->lines], [
		' rng@00:03.0 bus accepted (packed)', ' refused declined',
		' blk@00:04.0 physical, but used: none not-offered', ' lsi@00:05.0 bus',
	], 'modes that show the same stand together, and a structure in another view is named');
	$summary = Gate::Summary->new(80);
	$summary->matrix('no view was looked at');
	is_deeply([$summary->lines], [], 'a run without views shows none');
	return;
}

sub failed () {
	my $summary = Gate::Summary->new(200);

	for my $number (1 .. 5) {
		$summary->point("virtio.view.used/rng$number", 'failed', '');
		$summary->evidence('  reason: "seen in \\"none\\""');
	}
	$summary->point('command-line', 'failed', '');
	$summary->evidence($_) for '  errors: |', '    unknown word "frob"', '  help: |', '    tests=GLOB';
	$summary->point('cpu.clock', 'ok', '');
	$summary->evidence('  reason: "of nothing"');
	is_deeply([$summary->lines], [
		'  not ok: virtio.view.used/rng1, virtio.view.used/rng2, virtio.view.used/rng3 and 2 more: '
			. 'seen in "none"',
		'  not ok: command-line: unknown word "frob"',
	], 'by reason, and the words of a command line that are bad');
	return;
}

sub deviations () {
	my $summary = Gate::Summary->new(80);

	$summary->point("a.b/$_", 'todo', 'qemu-one') for 1 .. 3;
	$summary->point('a.c', 'todo', 'qemu-two');
	is_deeply([$summary->lines('net@00:03.0: nobody answers')],
		['  known deviations: qemu-one (3), qemu-two (1)', '  not judged: net@00:03.0: nobody answers'],
		'by name');
	return;
}

sub widths () {
	for my $width (40, 80, 120) {
		my $summary = Gate::Summary->new($width);

		$summary->matrix($_) for @MATRIX;
		$summary->point("virtio.view.used/$_", 'failed', ''),
		$summary->evidence('  reason: "' . 'word ' x $_ . 'x' x 90 . '"')
			for 1 .. 30;
		$summary->point('a.b', 'todo', "qemu-deviation-$_") for 1 .. 30;
		my @lines = $summary->lines(('why ' x 40) x 3);

		is(scalar(grep { length > $width } @lines), 0, "no line is wider than $width");
		cmp_ok(scalar @lines, '>', 20, 'and there are some');
	}
	return;
}
