#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/report/report sees every kind of run that must fail, that the page is valid HTML in which what a
# run says cannot become markup, that it says what is new, what really differs and what is held, that points that are
# ok do not make it grow, and, where Chromium and its driver are installed, that it works: links lead to points and
# evidence, filters and the address agree, and nothing is fetched.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(WNOHANG);
use Test::More;
use Time::HiRes qw(sleep time);

use constant { DRIVER_SECONDS => 30, W3C_ELEMENT => 'element-6066-11e4-a52e-4f735466cecf' };

my $REPORT = dirname(abs_path(__FILE__)) . '/report';
my $FOLDER = tempdir(CLEANUP => 1);

my $TAIL = "# matrix: device and mode  descriptors  used\n# matrix: rng\@00:03.0/accepted  bus  bus\n"
	. "# run: machine alpha\n";
my $GOOD = <<"END" . $TAIL;
TAP version 13
1..3
ok 1 - cpu.clock
ok 2 - virtio.view.descriptors/rng\@00:03.0/accepted
ok 3 - virtio.view.used/rng\@00:03.0/accepted
# run: version 0.1
END
my $EVIDENCE = <<'END';
  ---
  verdict: fail
  reason: "<b>seen</b> in view \"physical\""
  number: 0x800800
  rerun: "qemu </script> tests=virtio.view.used/rng@00:03.0/accepted"
  ...
END
my $BAD = $GOOD =~ s/^ok (3.*)\n/not ok $1\n$EVIDENCE/mr
	=~ s/(bus  )bus$/$1physical/mr =~ s/version 0\.1/version 0.2/r;

subtest 'verdicts of runs' => \&verdicts;
subtest 'bad calls' => \&bad_calls;
subtest 'the gate alone' => \&gate_alone;
subtest 'the page as text' => \&page_text;
subtest 'the matrix' => \&matrix;
subtest 'many points' => \&many_points;
subtest 'what is new' => \&what_is_new;
subtest 'what differs between QEMUs' => \&what_differs;
subtest 'clauses' => \&clauses;
subtest 'the page in a browser' => \&page_in_browser;
done_testing();

sub write_runs ($name, %runs) {
	for my $run (keys %runs) {
		my $path = "$FOLDER/$name/tap/$run";
		make_path(dirname($path));
		open my $file, '>:raw', $path or die "$path: $!\n";
		print {$file} $runs{$run};
		close $file or die "$path: $!\n";
	}
	return "$FOLDER/$name";
}

sub report (@arguments) {
	my $pid = open my $pipe, '-|' // die "fork: $!\n";

	if (!$pid) {
		open STDERR, '>&', \*STDOUT or die "STDERR: $!\n";
		exec $REPORT, @arguments or POSIX::_exit(127);
	}
	my $said = do { local $/ = undef; <$pipe> };
	close $pipe;
	return ($said, $? >> 8);
}

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
	make_path("$FOLDER/nothing");
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
	my $result = decode_json(slurp("$FOLDER/gate/result.json"));

	is($status, 0, 'another test is not of the gate');
	like($said, qr{^gate: unsteady: gate/installed/alpha-none: cpu\.clock: failed once, .*: late\n}m,
		'unsteady points');
	like($said, qr{^gate: PASS: 4 points in 2 runs, 0 runs failed, 1 points unsteady; see \S+/result\.json\n\z}m,
		'and how many, stand at the end');
	is_deeply([map { $_->{name} } $result->{runs}->@*], [sort keys %runs], 'the result has the runs of the gate');
	is_deeply([$result->@{qw(verdict unsteady)}], ['PASS', 1], 'and the verdict');
	ok(!-e "$FOLDER/gate/$_", "there is no $_") for qw(junit.xml index.html);
	$status = (report('--gate', write_runs('gate', %runs), 'gate'))[1];
	$result = decode_json(slurp("$FOLDER/gate/result.json"));
	is_deeply([$status, $result->@{qw(verdict failed_steps)}], [1, 'FAIL', ['gate']], 'a gate that failed says so');
	my $html = html_of("$FOLDER/gate");
	like($html, qr{<h1>.*</h1>\n<p>[^<]* 1 point was unsteady\.}, 'the page counts them at its top');
	like(text_of($html, 'unsteady'), qr{ cpu\.clock gate/installed/alpha-none failed once, .*: late },
		'and names them');
	return;
}

sub slurp ($path) {
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file>;
}

sub failing_page () {
	my $folder = write_runs('page', 'gate/old/alpha-none' => $GOOD, 'gate/new/alpha-none' => $BAD);

	report($folder);
	return "$folder/index.html";
}

sub html_of ($folder, @options) {
	my ($said) = report(@options, $folder);
	open my $file, '<:encoding(UTF-8)', "$folder/index.html" or die "$folder: $!: $said\n";
	local $/ = undef;
	return <$file>;
}

# What is seen in a section: its text, with one space for every tag and gap.
sub text_of ($html, $section) {
	my ($inside) = $html =~ m{<section id="$section"(.*?)</section>}s;

	return defined $inside ? $inside =~ s/^[^>]*>//r =~ s/<[^>]*>/ /gr =~ s/\s+/ /gr : undef;
}

sub page_text () {
	my $page = failing_page();
	open my $file, '<:encoding(UTF-8)', $page or die "$!\n";
	my $html = do { local $/ = undef; <$file> };

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
	my $pid = open my $pipe, '-|' // die "fork: $!\n";

	if (!$pid) {
		open STDERR, '>&', \*STDOUT or die "STDERR: $!\n";
		exec 'tidy', '-quiet', '-errors', '-utf8', $page or say 'tidy does not run: make setup installs it';
		POSIX::_exit(127);
	}
	my $said = do { local $/ = undef; <$pipe> };
	return close($pipe) ? $said // '' : ($said // '') . 'exit status ' . ($? >> 8);
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

# ---- In a browser, through the WebDriver protocol -----------------------------------------------------------------

my ($session, $address);

sub page_in_browser () {
	my ($chromium) = grep { -x } map { "$_/chromium" } split /:/, $ENV{PATH};
	my ($program) = grep { -x } map { "$_/chromedriver" } split /:/, $ENV{PATH};

	plan skip_all => 'needs chromium and chromium-driver' if !$chromium || !$program;
	my $page = failing_page();
	my $driver = start_driver($program);
	eval { start_session($chromium); look_at($page); 1 } or fail("the browser: $@");
	eval { webdriver('DELETE', '') };
	kill TERM => $driver;
	waitpid $driver, 0;
	return;
}

sub look_at ($page) {
	webdriver('POST', '/url', { url => "file://$page" });
	is(script('return document.querySelectorAll(".point").length'), 0, 'no point is shown at first');
	click('#matrix td.failed a');
	is(shown(), '1 points, test virtio.view.used,virtio.view.declined,engine.view-used',
		'a failing cell leads to its point');
	my $found = script('return document.getElementById("found").innerText');
	like($found, qr/number: 0x800800/, 'with the evidence');
	like($found, qr{reason: "<b>seen</b>}, 'as it was written');
	like($found, qr{^rerun: "qemu </script> tests=virtio\.view\.used/rng\@00:03\.0/accepted"$}m,
		'and the command that repeats it');
	is(script('return document.querySelector("#filters [name=qemu]").value'), 'new',
		'and the filters say what is shown');
	webdriver('POST', '/back', {});
	is(script('return location.hash'), '', 'Back leads back');
	at('#points?qemu=old');
	is(shown(), '3 points', 'an address is a filter');
	filter_for('verdict', 'failed');
	is(shown(), '0 points', 'a filter leaves nothing when nothing fits');
	is(script('return location.hash'), '#points?qemu=old&verdict=failed', 'and is in the address');
	at('#points?qemu=old,new&device=rng');
	is(shown(), '4 points', 'several values are one or the other');
	like(script('return document.querySelector("#found .point").innerText'), qr/failed.*virtio\.view\.used.*new/,
		'and what failed stands first');
	at('#clause-DEF-3');
	is(script('return document.getElementById("clause-DEF-3").cells[1].innerText'), 'MUST',
		'a clause has an address');
	is(script('return performance.getEntriesByType("resource").length'), 0, 'nothing is fetched');
	cmp_ok(script('return document.documentElement.scrollWidth'), '<=',
		script('return window.innerWidth'), 'the page is not wider than a telephone');
	return;
}

sub shown () {
	return script('return document.getElementById("shown").textContent');
}

sub at ($hash) {
	script(qq(location.hash = "$hash"));
	return script('return new Promise((done) => setTimeout(done, 50))');
}

sub click ($selector) {
	my $found = webdriver('POST', '/element', { using => 'css selector', value => $selector });

	webdriver('POST', "/element/$found->{+W3C_ELEMENT}/click", {});
	return script('return new Promise((done) => setTimeout(done, 50))');
}

sub filter_for ($name, $value) {
	script(qq(const choice = document.querySelector("#filters [name=$name]"); choice.value = "$value";)
		. 'choice.dispatchEvent(new Event("input", { bubbles: true }));');
	return;
}

sub start_driver ($program) {
	my $free = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die "no port: $@\n";
	my $port = $free->sockport;
	close $free;
	my $pid = fork // die "fork: $!\n";

	if (!$pid) {
		open STDOUT, '>', '/dev/null' or die "STDOUT: $!\n";
		open STDERR, '>', '/dev/null' or die "STDERR: $!\n";
		exec $program, "--port=$port" or POSIX::_exit(127);
	}
	$address = "http://127.0.0.1:$port/session";
	my $end = time + DRIVER_SECONDS;
	sleep 0.1 until IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) || time > $end
		|| waitpid($pid, WNOHANG) == $pid;
	return $pid;
}

sub start_session ($chromium) {
	my @arguments = (('--headless', '--no-sandbox', '--disable-gpu'), "--user-data-dir=$FOLDER/browser");
	my $options = { binary => $chromium, args => \@arguments,
		mobileEmulation => { deviceMetrics => { width => 360, height => 740, pixelRatio => 1 } } };

	$session = '';
	my $made = webdriver('POST', '', { capabilities => { alwaysMatch => { browserName => 'chrome',
		'goog:chromeOptions' => $options } } });
	$session = "/$made->{sessionId}";
	return;
}

sub webdriver ($method, $path, $content = undef) {
	my $response = HTTP::Tiny->new(timeout => DRIVER_SECONDS)->request($method, "$address$session$path",
		defined $content ? { content => encode_json($content) } : {});
	my $answer = eval { decode_json($response->{content}) } // {};

	die "$method $path: $response->{status}: ", $answer->{value}{message} // $response->{content},
		"\n" if !$response->{success};
	return $answer->{value};
}

sub script ($text) {
	return webdriver('POST', '/execute/sync', { script => $text, args => [] });
}
