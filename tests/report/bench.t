#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the benchmark says what it could not run and goes on, with programs that only pretend to be QEMU; that the
# machines of its growth are what QEMU's format and bridges allow; and that the page shows results and reasons, whatever
# the file of results holds.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP;
use Path::Tiny qw(path);
use Test::More;

my ($HERE, $ROOT);
BEGIN {
	$HERE = dirname(abs_path(__FILE__));
	$ROOT = dirname(dirname($HERE));
}
use lib "$HERE/lib", map { "$ROOT/tests/$_" } qw(bench/lib gate/lib lib);
use Bench::Growth;
use Gate::Config;
use Gate::Port;
use Report::Bench;
use Testing::Program qw(said_by write_program);

my $FOLDER = tempdir(CLEANUP => 1);
my $TIMES = "# time: devices 10 us\n# time: tests 30 us\n# time: run 50 us\n";
my $GOOD = "TAP version 14\n1..2\nok 1 - one\nok 2 - two\n${TIMES}# bench: map-1-pages 12.50 instructions-per-page\n"
	. "# bench: request/blk\@00:05.0/accepted/depth-1 800.00 instructions-per-request\n# busproof: PASS\n";

subtest 'machines of the growth' => \&machines;
subtest 'sizes of memory' => \&sizes;
subtest 'a benchmark' => \&benchmark;
subtest 'what cannot be run' => \&not_run;
subtest 'bad options' => \&bad_options;
subtest 'the page' => \&page;
done_testing();

sub machines () {
	for my $machine (Gate::Port::names()) {
		for my $number (1, 31, 32, 128) {
			my $path = "$FOLDER/$machine-$number.cfg";
			path($path)->spew_raw(Bench::Growth::devices($machine, $number));
			my $config = Gate::Config->read($path);
			my @devices = $config->_settings('device');
			my @rng = grep { $_->{driver} eq 'virtio-rng-pci' } @devices;

			is(scalar @rng, $number, "$machine: $number devices");
			my %places;
			is(scalar(grep { $places{join ' ', $_->{bus} // '', $_->{addr}}++ } @devices), 0,
				'each in a place of its own');
			is(scalar(grep { hex($_->{addr} =~ s/\..*//r) > 31 } @devices), 0, 'that a bus has');
			ok($config->has_pvpanic, 'and the exit status can say FAIL');
		}
	}
	ok(!eval { Bench::Growth::devices('alpha', $_) }, "$_ devices are refused")
		for 0, Bench::Growth::MOST_DEVICES + 1;
	return;
}

sub sizes () {
	is(Bench::Growth::megabytes('64M'), 64, '64M');
	is(Bench::Growth::megabytes('16G'), 16384, '16G');
	is(Bench::Growth::megabytes($_), undef, "'$_' is no size") for '', '0M', '12', '1T', '-1G', '64MB';
	is(Bench::Growth::too_much(16384, 65536), undef, 'there is room for 16 GiB');
	like(Bench::Growth::too_much(16384, 1024), qr/1024 MiB to spare, and about \d+/,
		'and where there is not, it is said');
	is(Bench::Growth::too_much(16384, undef), undef, 'unless nobody knows');
	return;
}

sub benchmark () {
	my ($said, $status, $results) = bench("cat <<'SAID'\n${GOOD}SAID", '--runs', 1);
	my $alpha = $results->{alpha};

	is($status, 0, 'exit status') or diag($said);
	is($alpha->{points}, 2, 'points of the full run');
	is_deeply([map { $_->{name} } $alpha->{counts}->@*], ['map-1-pages', 'request/blk/accepted/depth-1'],
		'counts, without the place of a device');
	is_deeply([map { $_->{size} } $alpha->{devices}->@*], [1, 2], 'numbers of devices');
	is_deeply([map { $_->{instructions} } $alpha->{memory}->@*], [50000],
		'a microsecond is a thousand instructions');
	is_deeply($alpha->{memory}[0]{parts}, { devices => 10000, tests => 30000 }, 'also those of its parts');
	is($alpha->{devices}[0]{bytes}, length $GOOD, 'bytes on the console');
	like($said, qr/2 devices +2 points/, 'and all of it is printed');
	return;
}

sub not_run () {
	my $lacks = qq{case "\$*" in *2-devices*) echo "'pci-bridge' is not a valid device" >&2; exit 1;; esac\n};
	my ($said, $status, $results) = bench("${lacks}cat <<'SAID'\n${GOOD}SAID", '--runs', 1);

	is($status, 0, 'a size that a QEMU cannot do is no failure') or diag($said);
	like($results->{alpha}{devices}[1]{not_run}, qr/did not start.*'pci-bridge' is not a valid device/,
		'it is said why');
	ok($results->{alpha}{memory}[0]{points}, 'and the others are run');

	($said, $status, $results) = bench('kill -SEGV $$', '--runs', 1);
	is($status, 1, 'a QEMU that dies is a failure');
	like($said, qr/suite bench: not run: QEMU died of signal 11/, 'with the reason');
	($said, $status, $results) = bench('echo Stopping execution; sleep 30', '--parts', 'memory', '--timeout', 1);
	like($results->{alpha}{memory}[0]{not_run}, qr/still ran after 1 s; the last line is: Stopping execution/,
		'a firmware that stops is ended, and its last words kept');
	($said, $status, $results) = bench("cat <<'SAID'\n" . ($GOOD =~ s/^# time.*\n//mgr) . 'SAID', '--parts',
		'memory');
	like($results->{alpha}{memory}[0]{not_run}, qr/no "# time:" lines/, 'an image without times says so');
	($said, $status, $results) = bench("cat <<'SAID'\n" . ($GOOD =~ s/^ok 2/not ok 2/mr =~ s/PASS/FAIL 1/r)
		. "SAID\nexit 1", '--parts', 'memory');
	is($results->{alpha}{memory}[0]{failed}, 1, 'points that fail are counted');
	return;
}

sub bad_options () {
	for my $bad (['--parts', 'run,nothing'], ['--devices', '0'], ['--devices', '1,x'], ['--memory', '64'],
		['--runs', 0]) {
		my ($said, $status) = bench('exit 1', @$bad);
		is($status, 2, "@$bad");
		like($said, qr/^usage: /m, 'is told what there is');
	}
	return;
}

sub page () {
	my ($good, $reason) = ({ size => 64, points => 5, failed => 0, bytes => 100, seconds => 1, instructions => 5e6,
		parts => { tests => 3e6 } }, { size => 65536, not_run => 'no <room>' });
	my $html = shown({ alpha => { memory => [$good, { %$good, size => 256, instructions => 7e6 }, $reason],
		counts => [(map { ({ name => "$_-1-pages", value => 400 }, { name => "$_-64-pages", value => 20 }) }
			qw(map unmap)),
			{ name => 'request/blk/accepted/depth-16', value => 700 }] },
			sparc64 => { not_run => 'a full run: dead' } });

	like($html, qr/<svg class="plot"[^>]*role="img" aria-label="[^"]+"/, 'a plot has a name');
	like($html, qr/<polyline [^>]*points="76\.0,[\d.]+ 407\.5,/, 'from the left to the right');
	names_fit($html);
	like($html, qr{<td>64 GiB</td><td colspan="9">not run: no &lt;room&gt;</td>},
		'what was not run stands in the table');
	like($html, qr/sparc64: not run: a full run: dead/, 'a machine that was not run is named');
	like($html, qr{<th scope="row">alpha</th><td>blk</td><td>accepted</td><td>16</td>}, 'requests');
	unlike($html, qr/nan|inf\b/i, 'all numbers are numbers');
	like(shown({ alpha => { memory => [$good] } }), qr/<circle/, 'one size alone is a mark');
	like(shown({ alpha => { memory => [$reason] } }), qr/no &lt;room&gt;/, 'none at all is a table');
	path("$FOLDER/bench.json")->spew_raw('{ "alpha": ');
	like(join('', Report::Bench::html("$FOLDER/bench.json")), qr/cannot be read/,
		'a spoiled file is said to be one');
	like(shown([1]), qr/cannot be read/, 'as is a file with something else');
	is_deeply([Report::Bench::html("$FOLDER/none.json")], [], 'no benchmark, no section');
	return;
}

# Letters of the font that a browser takes are up to this wide; a text that is wider than its place is cut off.
sub names_fit ($html) {
	my @plots = $html =~ m{(<svg class="plot".*?</svg>)}sg;
	my @names = map { [m{<text class="series-\d" x="([\d.]+)"[^>]*>([^<]*)<}g] } @plots;
	my ($width) = $plots[0] =~ /viewBox="0 0 (\d+) /;

	is(scalar @plots, 2, 'two plots');
	while (my ($at, $name) = splice $names[1]->@*, 0, 2) {
		cmp_ok($at + 9 * length $name, '<=', $width, "the name '$name' is inside of the drawing");
	}
	return;
}

sub shown ($results) {
	path("$FOLDER/bench.json")->spew_raw(JSON::PP->new->encode($results));
	return join "\n", Report::Bench::html("$FOLDER/bench.json");
}

# Runs the benchmark of one machine with a program in QEMU's place: what it says, its exit status, its results.
sub bench ($code, @options) {
	my $results = path("$FOLDER/results.json");

	$results->remove;
	local $ENV{QEMU_ALPHA} = write_program("$FOLDER/qemu-system-alpha", "#!/bin/sh\n$code\n");
	my ($said, $status) = said_by("$ROOT/tests/bench/bench", '--devices', '1,2', qw(--memory 64M --timeout 20),
		'--json', $results, '--folder', "$FOLDER/work", @options, 'alpha');
	return ($said, $status, $results->exists ? JSON::PP->new->decode($results->slurp_raw) : {});
}
