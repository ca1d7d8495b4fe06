#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/report/compare sees what differs and nothing else, with programs that only pretend to be QEMU: one
# that changes one point, one cell of the matrix and one word of the hand-off, and some that do not run.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by write_program);

my $COMPARE = dirname(abs_path(__FILE__)) . '/compare';
my $REPORT = dirname(abs_path(__FILE__)) . '/report';
my $FOLDER = dirname(dirname(dirname(abs_path(__FILE__)))) . '/build/compare-test';

my $SAID = <<'END';
TAP version 14
1..3
# hand-off 00:03.0 1af4:1044 class 00ff00 command 0003 bars 00000000 1000400c virtio-status 00
ok 1 - cpu.clock
ok 2 - virtio.view.used/rng@00:03.0/accepted
not ok 3 - pci.bar-size/1b36:0011@00:02.0 # TODO known
# matrix: device and mode              descriptors  used
# matrix: rng@00:03.0/accepted         bus          bus
# busproof: PASS
END
my $CHANGED = $SAID =~ s/^ok (2 .*)/not ok $1\n  ---\n  verdict: fail\n  reason: "seen in view \\"physical\\""\n  .../mr
	=~ s/(accepted +bus +)bus/$1physical/r =~ s/command 0003/command 0007/r =~ s/PASS/FAIL 1/r;

# What stands in several of the lines that are looked for.
my $USED = qr{virtio\.view\.used};
my $A_OK = "    A: ok\n";
my $ACCEPTED = 'devices with bit 33 accepted';
my $IN_ONE = 'in 1 of 1 configurations';
my $OTHERS = qr{\(other numbers in others\)};

# What is the same but for how long something took; what is not the same twice; and a device that is broken throughout.
my $TIMED = $SAID =~ s/1\.\.3/1..4/r
	=~ s/^(# matrix: device)/ok 4 - dma.in-flight\/rng\@00:03.0 # SKIP a transfer takes 450 us\n$1/mr;
my $SLOWER = $TIMED =~ s/450 us/1771 us/r;
my $BROKEN = $SAID =~ s/^1\.\.3$/1..5/mr
	=~ s/^(# matrix: device)/join '', map({ "ok $_ - virtio.mode\/ring-$_\n" } 4, 5), $1/mer;
my $WORSE = $BROKEN =~ s/^ok ([45].*)/not ok $1\n  ---\n  reason: "no answer, index $1"\n  .../mgr;

# One configuration is enough here.
$ENV{SHARD} = '1/1000';
$ENV{COMPARE_FOLDER} = "$FOLDER/runs";
remove_tree($FOLDER);

my $usual = fake('usual', "cat <<'SAID'\n${SAID}SAID");
my $same = fake('same', "cat <<'SAID'\n${SAID}SAID");
my $changed = fake('changed', "cat <<'SAID'\n${CHANGED}SAID");
my $dead = fake('dead', 'kill -SEGV $$');
my $cut = fake('cut', "head -5 <<'SAID'\n${SAID}SAID");

subtest 'the same' => sub {
	judge([$usual, $same], 0, qr/^the same: \d+ points in 1 configurations$/m, unlike => qr/->|^    [AB]:/m);
};
subtest 'one point, one cell and one word changed' => sub {
	judge([$usual, $changed], 1,
		qr{^alpha-\S+: $USED/rng\@00:03\.0/accepted\n$A_OK    B: not ok: seen in view "physical"$}m,
		qr{^alpha-\S+: matrix: rng\@00:03\.0/accepted used: bus -> physical$}m,
		qr{^alpha-\S+: hand-off 00:03\.0: command 0003 -> 0007$}m,
		qr/^different: [12] points, 1 cells of the matrix and 1 lines of the hand-off, $IN_ONE$/m,
		unlike => qr/cpu\.clock|pci\.bar-size|descriptors/);
};
subtest 'what it comes to' => sub {
	my $all = $SAID =~ s/(accepted +)bus( +)bus/$1none$2none/r;
	judge([$usual, fake('all', "cat <<'SAID'\n${all}SAID")], 1,
		qr/^different: 0 points, 2 cells .*\n  all 1 $ACCEPTED: every structure: bus -> none$/m,
		qr{^alpha-\S+: rng\@00:03\.0: 0 points; 2 cells of the matrix: bus -> none$}m);
	judge([$usual, $changed], 1, qr/^  all 1 $ACCEPTED: used: bus -> physical$/m,
		qr/^alpha-\S+: rng\@00:03\.0: 1 points; 1 fail now; 1 cells of the matrix: bus -> physical; $USED/m);
};
subtest 'how long something took' => sub {
	judge([map({ fake($_->[0], "cat <<'SAID'\n$_->[1]SAID") } ['timed', $TIMED], ['slower', $SLOWER])], 0,
		qr/^the same: /m, unlike => qr/450|1771|unsteady/);
};
subtest 'a point that is not the same twice' => sub {
	my $now = "$FOLDER/now";
	my $unsteady = fake('unsteady', "if [ -e $now ]; then cat <<'SAID'\n${SAID}SAID\nexit\nfi\n"
		. "touch $now\ncat <<'SAID'\n${CHANGED}SAID\nexit 1");
	judge([$usual, $unsteady], 1,
		qr{^unsteady, and not counted: alpha-\S+: virtio\.view\.used/rng\@00:03\.0/accepted$}m,
		qr/^different: 0 points, /m, unlike => qr/^    B: not ok/m);
};
subtest 'points that differ alike' => sub {
	judge([map({ fake($_->[0], "cat <<'SAID'\n$_->[1]SAID") } ['whole', $BROKEN], ['worse', $WORSE])], 1,
		qr{virtio\.mode of 2 subjects: ring-4, ring-5\n$A_OK    B: not ok: no answer, index 4 .*$OTHERS$}m,
		qr/^    B: not ok: the verdict is PASS, but points failed: 2$/m, qr/^different: 3 points/m);
};
subtest 'sets of devices' => sub {
	local $ENV{SHARD};
	local $ENV{SETS} = 'none';
	judge([$usual, $changed], 1, qr/ in 1 of 1 configurations$/m);
	$ENV{SETS} = 'none nonsense';
	judge([$usual, $changed], 2, qr/SETS: nonsense is none of .*mixed/);
};
subtest 'a QEMU that dies' => sub {
	judge([$usual, $dead], 1, qr/^alpha-\S+: B did not run: QEMU died of signal 11/m, unlike => qr/no such point/);
	judge([$dead, $dead], 2, qr/neither side ran: QEMU died of signal 11/);
};
subtest 'a run that is cut off' => sub {
	judge([$usual, $cut], 1, qr{pci\.bar-size/\S+\n    A: deviation: known\n    B: no such point});
};
subtest 'a folder of any name' => sub {
	judge([$usual, fake(q{it's one, "two"}, "cat <<'SAID'\n${SAID}SAID")], 0, qr/^the same: /m);
};
subtest 'programs instead of folders' => sub {
	judge([map { "$_/qemu-system-alpha" } $usual, $changed], 1, qr/^different: /m);
};
subtest 'kept reports' => sub { kept_reports() };
subtest 'configurations of one side' => sub { one_side() };
subtest 'a comparison that was made' => sub { kept_comparison() };
subtest 'results as JSON' => sub { kept_as_json() };
subtest 'what cannot be compared' => sub {
	judge([$usual], 2, qr/^usage: /m);
	judge([$usual, "$FOLDER/nowhere"], 2, qr/nowhere holds neither/);
	judge([$usual, 'no-such-release'], 2, qr/make qemu-versions/);
	make_path("$FOLDER/empty", "$FOLDER/other");
	judge([$usual, "$FOLDER/empty"], 2, qr/holds neither|no kept runs/);
	copy($COMPARE, "$FOLDER/other/program") or die "$!\n";
	judge(["$FOLDER/other", $usual], 2, qr/holds no boots of the gate/);
};
subtest 'results that are none' => sub { no_results() };
done_testing();

# Runs of some QEMUs as a report makes JSON of them: as a file, and as all that a folder holds. It is the same as the
# TAP that it was made of. A QEMU that says something else is seen in it, and one that did not run says why.
sub kept_as_json () {
	my %path = map { $_->[0] => result_of(@$_) }
		['usual', $usual], ['changed', $changed], ['dead', $dead];
	my $folder = dirname($path{usual});

	judge([$path{usual}, $usual], 0, qr/^the same: \d+ points in 1 configurations$/m);
	judge(["$FOLDER/tap-usual", $path{usual}], 0, qr/^the same: /m, unlike => qr/->/);
	judge(["$FOLDER/tap-changed", $path{changed}], 0, qr/^the same: /m, unlike => qr/->/);
	judge([$folder, $path{changed}], 1,
		qr{^alpha-\S+: $USED/rng\@00:03\.0/accepted\n$A_OK    B: not ok: seen in view "physical"$}m,
		qr{^alpha-\S+: matrix: rng\@00:03\.0/accepted used: bus -> physical$}m,
		qr/^alpha-\S+: hand-off 00:03\.0: command 0003 -> 0007$/m, qr/^A: .*: QEMU 0\.1$/m);
	judge([$path{usual}, $path{dead}], 1, qr/^alpha-\S+: B did not run: QEMU died of signal 11/m);
	judge([$path{dead}, "$FOLDER/tap-dead"], 2, qr/neither side ran: QEMU died of signal 11/);
	return;
}

# Path of a result.json that stands alone; the TAP that it was made of is in tap-NAME.
sub result_of ($name, $qemu) {
	judge([$qemu, $usual], $qemu eq $usual ? 0 : 1);
	system('cp', '-r', "$FOLDER/runs/A", "$FOLDER/tap-$name") == 0 or die "cp: $?\n";
	system("'$REPORT' '$FOLDER/tap-$name' >/dev/null 2>&1");
	make_path("$FOLDER/json-$name");
	rename "$FOLDER/tap-$name/result.json", "$FOLDER/json-$name/result.json" or die "$FOLDER/tap-$name: $!\n";
	return "$FOLDER/json-$name/result.json";
}

sub no_results () {
	my $good = path("$FOLDER/json-usual/result.json")->slurp_raw;
	my %bad = (
		newer => [$good =~ s/"format_version":1/"format_version":2/r,
			qr/is a result of format version 2, and this busproof reads none above 1/],
		truncated => [substr($good, 0, length($good) / 2), qr/begins as a result of busproof, but is cut off/],
		other => ['{"alpha":{"points":5}}', qr/is JSON, but no result of busproof/],
		nothing => ['', qr/is empty/], 'no-json' => ["TAP version 14\n", qr/is no JSON: /],
		damaged => [$good =~ s/"outcome":"ok"/"outcome":"fine"/r, qr/is damaged: fine is no outcome/],
		'without-boots' => [$good =~ s{"gate/}{"tests/}gr, qr/holds no boots of the gate/],
	);

	for my $name (sort keys %bad) {
		my $path = "$FOLDER/$name.json";
		path($path)->spew_raw($bad{$name}[0]);
		my $sentence = qr/\Acompare: \Q$path\E: $bad{$name}[1].*\n\z/;
		judge([$path, $usual], 2, $sentence);
		judge(["$FOLDER/json-usual", $path], 2, $sentence);
	}
	judge(["$FOLDER/absent.json", $usual], 2, qr/\Acompare: \S+absent\.json: No such file.*\n\z/);
	return;
}

# A copy of what the QEMUs said, which is kept apart; a part of it; and one that another hand has spoiled.
sub kept_reports () {
	system('cp', '-r', "$FOLDER/runs/A", "$FOLDER/kept") == 0 or die "cp: $?\n";
	my ($path) = glob "\Q$FOLDER\E/kept/tap/gate/*/*";
	my ($part) = $path =~ m{(.*)/};

	judge(["$FOLDER/kept", $usual], 0, qr/^the same: /m);
	judge([$part, $changed], 1, qr/^different: /m);
	path($path)->spew_raw("\0\xff garbage\n1..7\nok 9 - \n  ---\n");
	judge([$part, $usual], 1, qr/B: ok/, qr/planned 7 points, 1 came/);
	path($path)->spew_raw('');
	judge([$part, $usual], 1, qr/: A did not run: printed no TAP/);
	return;
}

# A configuration that one side has, one that no QEMU here can boot, and one that only one of them can.
sub one_side () {
	my $skipped = "TAP version 14\n1..0 # SKIP this QEMU has no such device\n";
	my %both = ('alpha-none' => $SAID, 'alpha-newer' => $skipped);
	my %kept = (few => { %both, 'alpha-bridge' => $skipped },
		many => { %both, 'alpha-bridge' => $SAID, 'alpha-mixed' => $SAID });

	for my $side (keys %kept) {
		for my $name (keys $kept{$side}->%*) {
			path("$FOLDER/$side/tap/gate/installed/$name")->touchpath->spew_raw($kept{$side}{$name});
		}
	}
	judge(["$FOLDER/few", "$FOLDER/few"], 0, qr/^left out by both: alpha-bridge alpha-newer\n/m,
		qr/^the same: \d+ points in 1 configurations$/m);
	judge(["$FOLDER/few", "$FOLDER/many"], 1, qr/^left out by both: alpha-newer\n/m,
		qr/^different: .* in 2 of 3 configurations$/m, qr/^alpha-mixed: not in A$/m,
		qr/^alpha-bridge: A did not run: its QEMU lacks what the configuration needs$/m);
	return;
}

# Said again without booting anything: what is unsteady too, which nothing but the second runs tell; but not second
# runs of an earlier comparison.
sub kept_comparison () {
	my $now = "$FOLDER/now";
	my $unsteady = fake('unsteady', "if [ -e $now ]; then cat <<'SAID'\n${SAID}SAID\nexit\nfi\n"
		. "touch $now\ncat <<'SAID'\n${CHANGED}SAID\nexit 1");
	my @kept = ('--kept', "$FOLDER/runs");

	unlink $now;
	judge([$usual, $unsteady], 1, qr/^unsteady, /m);
	judge(\@kept, 1, qr{^unsteady, and not counted: alpha-\S+: virtio\.view\.used/rng\@00:03\.0/accepted$}m,
		qr/^different: 0 points, /m, qr/^A: .*: QEMU 0\.1$/m, unlike => qr/booting/);
	judge([$usual, $same], 0, qr/^the same: /m);
	judge(\@kept, 0, qr/^the same: /m, unlike => qr/unsteady/);
	remove_tree("$FOLDER/runs/B");
	judge(\@kept, 2, qr{^compare: \Q$FOLDER\E/runs/B: No such file});
	judge(['--kept', $usual, $same], 2, qr/^usage: /m);
	return;
}

sub fake ($name, $code) {
	my $folder = "$FOLDER/$name";

	write_program("$folder/qemu-system-alpha",
		"#!/bin/sh\n[ \"\$1\" = --version ] && echo QEMU emulator version 0.1 && exit\n$code\n");
	return $folder;
}

sub judge ($sides, $status, @like) {
	my (undef, $unlike) = @like > 1 && $like[-2] eq 'unlike' ? splice @like, -2 : ();
	my ($said, $is) = said_by($COMPARE, '--details', @$sides);

	is($is, $status, 'exit status') or diag($said);
	like($said, $_, 'says what it must') for @like;
	unlike($said, $unlike, 'and nothing else') if defined $unlike;
	return;
}
