#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/report/report sees every kind of run that must fail, says what was unsteady, and makes of the gate
# alone what make gate ends with.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP qw(decode_json);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Report qw(FOLDER GOOD BAD write_runs report html_of text_of);

my $FOLDER = FOLDER;
my ($GOOD, $BAD) = (GOOD, BAD);

subtest 'verdicts of runs' => \&verdicts;
subtest 'bad calls' => \&bad_calls;
subtest 'the gate alone' => \&gate_alone;
done_testing();

sub verdicts () {
	my @runs = (
		['good', 0, $GOOD], ['a deviation', 0, $GOOD =~ s/^ok (2.*)/not ok $1 # TODO known/mr],
		['skipped', 0, "1..0 # SKIP nothing here\n"], ['failed', 1, $BAD], ['empty', 1, ''],
		['one missing', 1, $GOOD =~ s/^ok 3.*\n//mr], ['one too many', 1, $GOOD . "ok 4 - more\n"],
		['a wrong number', 1, $GOOD =~ s/^ok 3/ok 7/mr], ['no plan', 1, $GOOD =~ s/^1\.\..*\n//mr],
		['a bail-out', 1, $GOOD . "Bail out! no memory\n"], ['garbage', 1, "\0\xff\xfe<&\n" x 9],
		['an escaped directive', 1, $GOOD =~ s/^ok (2.*)/not ok $1 \\# TODO no/mr],
	);
	for my $run (@runs) {
		my ($name, $status, $tap) = @$run;
		my ($said, $is) = report(write_runs($name =~ tr/ /-/r, 'gate/installed/alpha-none' => $tap,
			'tests/other' => "1..1\nok 1\n"));

		is($is, $status, "$name: exit status") or diag($said);
		like($said, $status ? qr/^check: FAIL: .* 1 runs failed/m
			: qr/^check: PASS: .* 0 runs failed/m, "$name: verdict");
	}
	return;
}

sub bad_calls () {
	is((report("$FOLDER/not-there"))[1], 2, 'a folder that is not there is a bad call');
	path("$FOLDER/nothing")->mkdir;
	my ($said, $status) = report("$FOLDER/nothing");
	is($status, 1, 'no run is a failure');
	like($said, qr/no run left a result/, 'and says so');
	is((report(write_runs('step', 'tests/other' => "1..1\nok 1\n"), 'unit'))[1], 1, 'so is a failed step');
	return;
}

# What make gate ends with: the result of its own runs, also where they failed, and which points were unsteady.
sub gate_alone () {
	my $unsteady = "# unsteady: cpu.clock: failed once, and not when booted again: late\n";
	my %runs = ('gate/installed/alpha-none' => $GOOD . $unsteady, 'tests/gate/stale-deviations' => "1..1\nok 1\n");
	my ($said, $status) = report('--gate', write_runs('gate', %runs, 'tests/other' => "1..1\nnot ok 1\n"));
	my $result = decode_json(path("$FOLDER/gate/result.json")->slurp_raw);

	is($status, 0, 'another test is not of the gate');
	like($said, qr{^gate: unsteady: gate/installed/alpha-none: cpu\.clock: failed once, .*: late\n}m,
		'unsteady points');
	like($said, qr{^gate: PASS: 4 points in 2 runs, 0 runs failed, 1 points unsteady; see \S+/result\.json\n\z}m,
		'and how many, stand at the end');
	is_deeply([map { $_->{name} } $result->{runs}->@*], [sort keys %runs], 'the result has the runs of the gate');
	is_deeply([$result->@{qw(verdict unsteady)}], ['PASS', 1], 'and the verdict');
	ok(!-e "$FOLDER/gate/$_", "there is no $_") for qw(junit.xml index.html);
	$status = (report('--gate', write_runs('gate', %runs), 'gate'))[1];
	$result = decode_json(path("$FOLDER/gate/result.json")->slurp_raw);
	is_deeply([$status, $result->@{qw(verdict failed_steps)}], [1, 'FAIL', ['gate']], 'a gate that failed says so');
	my $html = html_of("$FOLDER/gate");
	like($html, qr{<h1>.*</h1>\n<p>[^<]* 1 point was unsteady\.}, 'the page counts them at its top');
	like(text_of($html, 'unsteady'), qr{ cpu\.clock gate/installed/alpha-none failed once, .*: late },
		'and names them');
	return;
}
