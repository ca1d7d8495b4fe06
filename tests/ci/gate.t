#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that ci/scripts/gate.sh and report.sh judge a QEMU beside another as they do in a job: with a release that is
# made of this tree, on the image for alpha and a real QEMU, and on programs that only pretend to be one. What must be
# seen: the same twice, a change that makes it worse, shards that are joined, one that left nothing, and none at all.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../gate/lib';
use Ci::Scripts;
use Gate::Port;

# Points of which one is a known deviation of every QEMU.
my $POINTS = 'tests=pci.*';
my $GOOD = <<'END';
TAP version 14
1..2
ok 1 - cpu.clock
ok 2 - virtio.view.used/rng@00:03.0/accepted
# matrix: device and mode              descriptors  used
# matrix: rng@00:03.0/accepted         bus          bus
# busproof: PASS
END
my $WORSE = $GOOD =~ s/^ok (2 .*)/not ok $1\n  ---\n  verdict: fail\n  reason: "seen physical"\n  .../mr
	=~ s/(accepted +bus +)bus/$1physical/r =~ s/PASS/FAIL 1/r;

my $ci = Ci::Scripts->new;
my ($archive, $sum) = $ci->release;
my $summary = $ci->path('step summary');

is($ci->run('fetch.sh', 'file://' . $archive =~ s/ /%20/gr, $sum)->{status}, 0, 'the release is there');
$ENV{SETS} = 'none';
# Of the sets that are run here, one boot on each machine, and what all of them say of the deviations.
my $MACHINES = () = Gate::Port::names();
my $RUNS = 1 + $MACHINES;

subtest 'a real QEMU, without a change' => \&real_same;
subtest 'a real QEMU that is worse' => \&real_worse;
my %archive = (good => fake('good', "cat <<'SAID'\n${GOOD}SAID"),
	worse => fake('worse', "cat <<'SAID'\n${WORSE}SAID"), dead => fake('dead', 'exit 1'));
subtest 'two shards, one of them worse' => \&two_shards;
subtest 'a shard that left nothing' => \&one_of_two;
subtest 'without a base' => \&no_base;
subtest 'a QEMU that does not start' => \&dead;
subtest 'a folder of programs' => \&folder;
subtest 'nothing to report' => \&nothing;
subtest 'words' => \&bad_words;
done_testing();

# The installed one, with words more on the firmware's command line.
sub real ($side, $more) {
	return $ci->build($side, [<<"END"], 'alpha');
for word; do
	shift
	[ "\$before" = -append ] && word='$POINTS $more'
	set -- "\$@" "\$word"
	before=\$word
done
exec qemu-system-alpha "\$@"
END
}

sub fake ($side, @code) { return $ci->build($side, [@code], Gate::Port::names()) }

sub real_same () {
	my $base = real('base', '');

	judged(['1/1', $base, $base], 0);
	reported(0, qr/^### busproof: PASS$/m, qr/^On head: \d+ points in 2 runs, 0 runs failed, 0 points unsteady\.$/m,
		qr/^Base against head: the same: \d+ points in 1 configurations$/m, unlike => qr/~~~| -> /);
	like($ci->read('busproof-work/report/junit.xml'), qr/name="bar-size/, 'JUnit has the points');
	like($ci->read('busproof-work/report/index.html'), qr/<html/, 'and the page is there');
	return;
}

sub real_worse () {
	my $run = judged(['1/1', real('head', 'deviations=off'), $ci->path('base.tar')], 1);

	like($run->{said}, qr/^different: \d+ points, /m, 'what differs is in the log');
	reported(1, qr/^### busproof: FAIL$/m, qr/^FAIL gate\/head\/alpha-none /m,
		qr/^Base against head: different: \d+ points, .*\n\n~+text\n/m,
		qr/^alpha-none: \S+: \d+ points; \d+ fail now/m);
	like($ci->read('busproof-work/report/compare.txt'), qr/^    B: not ok: /m, 'and each point is in compare.txt');
	return;
}

sub two_shards () {
	judged(['1/2', @archive{qw(good good)}], 0);
	judged(['2/2', @archive{qw(worse good)}], 1);
	local @ENV{qw(GITHUB_ACTIONS GITHUB_STEP_SUMMARY)} = ('true', $summary);
	my $report = reported(1, qr/^### busproof: FAIL$/m, qr/^On head: \d+ points in $RUNS runs, 1 runs failed/m,
		qr/different: \d points, 1 cells .* in 1 of $MACHINES configurations$/m,
		qr/^  1 of $MACHINES devices with bit 33 accepted: used: bus -> physical$/m);
	like($report->{said}, qr/^::error title=busproof::\d+ points in $RUNS runs, 1 runs failed/m, 'the verdict');
	like($report->{said}, qr/^::warning title=busproof - base against head::different: /m, 'and what differs');
	is($ci->read('step summary'), $ci->read('busproof-work/report/summary.md'), 'the summary of the job');
	return;
}

# The first one's results are still there.
sub one_of_two () {
	remove_tree($ci->path('busproof-work/shards/shard-2/busproof-report'));
	reported(1, qr/^### busproof: FAIL$/m, qr/; no results of shards 2\/2\.$/m, qr/; not compared: shards 2\/2$/m);
	like($ci->read('busproof-work/report/index.html'), qr{gate SHARD=2/2}, 'the page names the step');
	return;
}

sub no_base () {
	judged(['1/1', $archive{good}], 0);
	remove_tree($ci->path('busproof-work/shards/shard-2'));
	reported(0, qr/^### busproof: PASS$/m, qr/^Base against head: not compared$/m);
	return;
}

sub dead () {
	my $run = judged(['1/1', @archive{qw(dead good)}], 1);

	like($run->{said}, qr/B did not run/, 'is no pass, and no broken comparison');
	reported(1, qr/^### busproof: FAIL$/m, qr/^alpha-none: B did not run: /m);
	$run = judged(['1/1', @archive{qw(dead dead)}], 2);
	like($run->{said}, qr/^gate\.sh: 1\/1: base and head could not be compared$/m, 'two of them are');
	reported(1, qr/^### busproof: FAIL$/m, qr/^Base against head: not compared: shards 1\/1$/m);
	my $broken = fake('broken', 'exit 1', 'exit 127');
	like(judged(['1/1', $broken, $archive{good}], 2)->{said},
		qr{^gate\.sh: \S.*/qemu-system-\w+: does not run here; prepare\.sh run installs its libraries$}m,
		'and a program that cannot be loaded is named');
	return;
}

sub folder () {
	like(judged(['1/1', ('good/usr/local/bin') x 2], 0)->{said}, qr/^the same: /m, 'does as well');
	my $empty = $ci->path('empty.tar');
	system('tar', '-C', $ci->folder, '-cf', $empty, 'step summary') == 0 or die "tar: $?\n";
	like(judged(['1/1', $empty], 2)->{said}, qr/holds no qemu-system-\* of: @{[Gate::Port::names()]}/,
		'an archive without them is named');
	like(judged(['1/1', 'nowhere.tar'], 2)->{said}, qr/^gate\.sh: nowhere\.tar: there is no such archive/m,
		'and one that is not there');
	return;
}

sub nothing () {
	remove_tree($ci->path('busproof-work/shards'));
	local $ENV{GITHUB_ACTIONS} = 'true';
	my $report = $ci->run('report.sh');
	is($report->{status}, 2, 'is no verdict');
	like($report->{said}, qr{^report\.sh: busproof-work/shards: holds no results of gate\.sh$}m, 'and is named');
	like($report->{said}, qr{^::error title=busproof::report\.sh: .*holds no results}m, 'for GitHub too');
	return;
}

sub bad_words () {
	for my $shard (qw(0/2 3/2 1 a/b 1/ /1 1/2/3)) {
		like(judged([$shard, $archive{good}], 2)->{said}, qr{^gate\.sh: \Q$shard\E: must be i/n},
			"shard $shard");
	}
	like($ci->run('report.sh', 'more')->{said}, qr/^report\.sh: more: one word too many/, 'a word too many');
	remove_tree($ci->path('busproof-work/release'));
	like(judged(['1/1', $archive{good}], 2)->{said}, qr/release\/busproof: is not there; fetch\.sh brings it/,
		'no release');
	return;
}

sub judged ($words, $status) {
	my $run = $ci->run('gate.sh', @$words);

	is($run->{status}, $status, 'status of gate.sh ' . join ' ', map { s{.*/(?=[^/]+$)}{}r } @$words)
		or diag($run->{said});
	return $run;
}

# What report.sh leaves as summary.md.
sub reported ($status, @like) {
	my (undef, $unlike) = @like > 1 && $like[-2] eq 'unlike' ? splice @like, -2 : ();
	my $run = $ci->run('report.sh');
	my $text = $ci->read('busproof-work/report/summary.md') // '';

	is($run->{status}, $status, 'status of report.sh') or diag($run->{said});
	like($text, $_, 'the summary') for qr/\A<!-- busproof -->\n/, @like;
	unlike($text, $unlike, 'and nothing else') if $unlike;
	return $run;
}
