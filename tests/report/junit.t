#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that junit.xml is what Jenkins and GitLab read (junit.xsd, through xmllint), that every outcome has its element
# and its reason, that cases keep their names when others come and go, and that nothing a run says can break the file.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Report::Junit;
use Report::Run;

my $SCHEMA = dirname(abs_path(__FILE__)) . '/junit.xsd';
my $FOLDER = tempdir(CLEANUP => 1);

my $EVIDENCE = qq{  ---\n  verdict: fail\n  reason: "seen in <bus> & \\"none\\" ]]>"\n  ...\n};
my $POINTS = <<"END";
ok 1 - virtio.view.used/rng\@00:03.0/accepted
not ok 2 - cpu.clock
${EVIDENCE}ok 3 - pci.bar/1af4:1044\@00:03.0 # SKIP it has no BAR
not ok 4 - virtio.error.chain/rng # TODO qemu-known
not ok 5 - dma.map
@{[$EVIDENCE =~ s/fail/error/r]}ok 6
ok 7
ok 8 - reads a number
END

subtest 'a good run' => sub { valid(run('gate/installed/alpha-mixed', "1..8\n$POINTS# run: seconds 1.50\n")) };
subtest 'outcomes' => \&outcomes;
subtest 'names stay' => \&names_stay;
subtest 'runs with the same points' => sub {
	valid(map { run("gate/$_/alpha-mixed", "1..8\n$POINTS") } qw(installed sid));
};
subtest 'a run that broke off' => \&broke_off;
subtest 'garbage' => sub { valid(run('tests/x.t', "\0\xff<&\nok 1 - \x01\]\]>\nBail out! \"<x>\"\n")) };
subtest 'the schema refuses' => \&refused;
done_testing();

sub run ($name, $tap) {
	my $path = "$FOLDER/" . $name =~ tr{/}{-}r;

	path($path)->spew_raw($tap);
	return Report::Run->read($path, $name);
}

sub accepted ($xml) {
	path("$FOLDER/junit.xml")->spew_raw($xml);
	my $said = qx{xmllint --noout --schema "$SCHEMA" "$FOLDER/junit.xml" 2>&1};

	return ($? == 0, $said);
}

sub valid (@runs) {
	my ($good, $said) = accepted(Report::Junit::xml(@runs));

	ok($good, 'the schema takes it') or diag($said);
	return;
}

sub outcomes () {
	my $xml = Report::Junit::xml(run('gate/installed/alpha-mixed', "1..8\n$POINTS# run: seconds 1.50\n"));

	my $counts = 'tests="9" failures="1" errors="1" skipped="2" time="1.50"';
	like($xml, qr{<testsuite name="gate/installed/alpha-mixed" $counts>},
		'what a suite counts');
	like($xml, qr{<testcase classname="installed\.alpha-mixed\.virtio\.view" name="used/rng\@00:03\.0/accepted" />},
		'ok');
	my $reason = 'seen in &lt;bus&gt; &amp; &quot;none&quot; ]]&gt;';
	like($xml, qr{name="clock">\s*<failure message="\Q$reason\E">verdict: fail}, 'failed');
	like($xml, qr{name="map">\s*<error message="seen in}, 'an error is no failure');
	like($xml, qr{<skipped message="it has no BAR" />}, 'skipped');
	like($xml, qr{<skipped message="known deviation: qemu-known" />}, 'a known deviation');
	return;
}

sub names_of (@runs) {
	return Report::Junit::xml(@runs) =~ /<testcase (classname="[^"]*" name="[^"]*")/g;
}

sub names_stay () {
	my %before = map { $_ => 1 } names_of(run('gate/sid/alpha-on', "1..8\n$POINTS"));
	my %after = map { $_ => 1 } names_of(run('gate/sid/alpha-on', "1..1\nok 1 - new.point\n$POINTS"));

	is(join("\n", grep { !$after{$_} } sort keys %before), '', 'a new point renames none');
	is(scalar keys %before, 9, 'and all are different');
	return;
}

sub broke_off () {
	my $run = run('gate/sid/alpha-on', "1..8\nok 1 - cpu.clock\n");

	valid($run);
	like(Report::Junit::xml($run), qr{name="the run as a whole">\s*<error message="planned 8 points, 1 came">},
		'is a case');
	return;
}

sub refused () {
	my $xml = Report::Junit::xml(run('gate/sid/alpha-on', "1..8\n$POINTS"));

	ok(!(accepted($xml =~ s/name="map"/name="clock"/r =~ s/\.dma"/.cpu"/r))[0], 'the same case twice');
	ok(!(accepted($xml =~ s/<testsuite /<error message="x" \/><testsuite /r))[0], 'an error outside of a case');
	ok(!(accepted($xml =~ s/ message="it has no BAR"//r))[0], 'no reason');
	return;
}
