#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the page is valid HTML in which what a run says cannot become markup, that it says what is new, what
# really differs and what is held, and that points that are ok do not make it grow. That it works in a browser is
# browser.t's.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP qw(decode_json);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);
use Testing::Report qw(FOLDER GOOD BAD write_runs report failing_page html_of text_of);

my $FOLDER = FOLDER;
my ($GOOD, $BAD) = (GOOD, BAD);

subtest 'the page as text' => \&page_text;
subtest 'the matrix' => \&matrix;
subtest 'many points' => \&many_points;
subtest 'what is new' => \&what_is_new;
subtest 'what differs between QEMUs' => \&what_differs;
subtest 'clauses' => \&clauses;
done_testing();

sub page_text () {
	my $page = failing_page();
	my $html = path($page)->slurp_utf8;

	unlike($html, qr/<b>seen/, 'words of a run are no markup');
	unlike($html, qr{qemu </script>}, 'nor an end of the script');
	unlike($html, qr{\b(?:src|href)="(?!#)}, 'nothing is linked');
	like($html, qr{<title>busproof: FAIL</title>}, 'the title is the verdict');
	like($html, qr{<h1>.*FAIL.*</h1>\n<p>1 of 2 runs failed\.}, 'and stands first, without scripts');
	my @ids = $html =~ /\sid="([^"]+)"/g;
	my %ids;
	is(scalar(grep { $ids{$_}++ } @ids), 0, 'ids are unique');
	is_deeply([grep { !$ids{$_} } $html =~ /(?:href="#|labelledby=")([^"?]+)"/g], [],
		'and all that is pointed to is there');
	ok(index($html, 'id="failures"') < index($html, 'id="matrix"'), 'failures stand above the matrix');
	like(text_of($html, 'failures'), qr{<b>seen|&lt;b&gt;seen.*1 point in gate/new/alpha-none}, 'by their reason');
	is(text_of(html_of(write_runs('fine', 'tests/other' => "1..1\nok 1\n")), 'failures'), undef,
		'and nowhere when there are none');
	is(validator($page), '', 'the page is valid HTML');
	return;
}

sub validator ($page) {
	my ($said, $status) = said_by('tidy', '-quiet', '-errors', '-utf8', $page);

	return $said . ($status ? "exit status $status; make setup installs tidy" : '');
}

# What is the same is one row; a device without a structure is no difference; what differs has a row of its own.
sub matrix () {
	my $tail = "# matrix: device and mode  descriptors  used\n# matrix: rng\@00:03.0/accepted  bus  -\n"
		. "# matrix: blk\@00:04.0/accepted  bus  bus\n# matrix: blk\@00:04.0/declined  refused  refused\n";
	my $same = "1..2\nok 1 - virtio.view.descriptors/rng\@00:03.0/accepted\n"
		. "ok 2 - virtio.view.descriptors/blk\@00:04.0/accepted\n$tail# run: machine alpha\n";
	my $html = html_of(write_runs('matrix', map { ("gate/$_/alpha-none" => $same) } qw(old new)));

	like(text_of($html, 'matrix'), qr/ declined blk everywhere refused refused/, 'a refused mode says so');
	like(text_of($html, 'matrix'), qr/ accepted blk, rng everywhere bus bus /,
		'devices and QEMUs that say the same are one row');
	my $other = $same =~ s/(blk\S+\s+bus\s+)bus/$1physical/r;
	$html = html_of(write_runs('matrix', 'gate/new/alpha-none' => $other));
	like(text_of($html, 'matrix'),
		qr/ accepted blk alpha new bus physical .*accepted blk alpha old bus bus/, 'and others are two');
	my $unlike = $same =~ s/(blk\S+accepted\s+)bus/$1physical/r;
	$html = html_of(write_runs('unlike', 'gate/old/alpha-none' => $unlike));
	like(text_of($html, 'matrix'), qr/ accepted blk everywhere physical bus accepted rng everywhere bus /,
		'so are devices that differ in a structure that both have');
	return;
}

# A boot with many points, of which each tenth is a skip and each hundredth a deviation.
sub large_run ($count) {
	my @points = map { my $name = "- virtio.queue.size/rng\@00:03.$_/accepted";
		$_ % 100 == 0 ? "not ok $_ $name # TODO known\n  ---\n  verdict: fail\n  found: $_\n  ...\n"
			: "ok $_ $name" . ($_ % 10 ? '' : ' # SKIP nothing of the kind') . "\n" } 1 .. $count;
	return join '', "1..$count\n", @points, "# run: machine alpha\n# run: version 0.1\n";
}

sub many_points () {
	my ($small, $large) = map { my $each = $_; html_of(write_runs("many-$each",
		map { ("gate/q$_/alpha-none" => large_run($each)) } 1 .. 3)) }
		100, 5000;
	my ($few, $many) = map { scalar(() = m{<[a-z]}g) } $small, $large;
	is($many, $few, 'a page of 15,000 points has as many elements as one of 300');
	cmp_ok((length($large) - length $small) / (3 * 4900), '<', 15, 'and less than 15 bytes more a point');
	return;
}

sub what_is_new () {
	my $was = write_runs('was', 'gate/installed/alpha-none' => $GOOD, 'gate/installed/alpha-on' => $BAD);
	my $is = write_runs('is', 'gate/installed/alpha-none' => $BAD, 'gate/installed/alpha-on' => $GOOD,
		'tests/new' => "1..1\nok 1\n");
	my $html = html_of($is, '--since', $was);

	like(text_of($html, 'since'), qr/: 1 new failures, 1 fixed, 0 other changes, 1 runs/,
		'a failure is new, and one is gone');
	like(text_of($html, 'since'),
		qr{Fails now, and did not: 1 .*virtio\.view\.used/rng\@00:03\.0/accepted .* ok not ok}, 'by name');
	like($html, qr{<h1>.*</h1>\n<p>[^<]*1 new failures}, 'and at the top');
	like((report('--since', $was, $is))[0], qr/^check: against \Q$was\E: 1 new failures, 1 fixed/m,
		'and on the terminal');
	like(text_of(html_of($is, '--since', $is), 'since'), qr/: 0 new failures, 0 fixed, 0 other changes\./,
		'nothing is new against itself');
	is(text_of(html_of($is), 'since'), undef, 'nor without an earlier report');
	html_of($was);
	like((report('--since', "$was/result.json", $is))[0], qr/: 1 new failures, 1 fixed/,
		'a result.json is an earlier report too');
	my ($said, $status) = report('--since', "$FOLDER/absent", $is);
	is($status, 2, 'an earlier report that is not there is a bad call');
	like($said, qr/absent: No such file/, 'and is named');
	return;
}

# Two QEMUs: a time, an address, a point that one does not have, a configuration that one did not run, and one
# difference.
sub what_differs () {
	my $old = "1..3\nok 1 - a.time # SKIP took 12 ms\nok 2 - a.number # SKIP at 0x100\n"
		. "ok 3 - a.real/rng\@00:03.0\n# run: machine alpha\n";
	my $new = "1..4\nok 1 - a.time # SKIP took 31 ms\nok 2 - a.number # SKIP at 0x240\n"
		. "not ok 3 - a.real/rng\@00:03.0 # TODO known\n"
		. "ok 4 - a.further\n# run: machine alpha\n";
	my $text = text_of(html_of(write_runs('differs', 'gate/old/alpha-none' => $old, 'gate/new/alpha-none' => $new,
		'gate/new/alpha-on' => $new)), 'differences');

	like($text, qr/1 points do not say the same/, 'one point differs');
	like($text, qr{a\.real/rng\@00:03\.0 1 point in alpha-none deviation: known ok},
		'the right one, with what each QEMU says');
	unlike($text, qr/a\.(?:time|number|further)/, 'and neither times nor addresses nor what was not run');
	return;
}

sub clauses () {
	my $unit = "1..2\nok 1 - one [DRV-SPLIT-1 DRV-SPLIT-2]\nnot ok 2 - two [DRV-SPLIT-2]\n";
	my $folder = write_runs('clauses', 'build/unit/test_ring' => $unit, 'gate/installed/alpha-none' => $GOOD);
	my $html = html_of($folder);
	my ($json) = $html =~ m{id="clause-data">(.*?)</script>}s;
	my %state = map { $_->{id} => $_->{state} } decode_json($json)->@*;

	is($state{'DRV-SPLIT-1'}, 'held', 'a clause on drivers that a unit test names is held');
	is($state{'DRV-SPLIT-2'}, 'failed', 'one of a failing test is not');
	is($state{'DRV-SPLIT-3'}, 'not held', 'nor one that no test names');
	like(text_of($html, 'clauses'), qr/; 1 of \d+ clauses on drivers are held/, 'and the page counts them');
	return;
}
