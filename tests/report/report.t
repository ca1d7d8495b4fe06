#!/usr/bin/perl
# Proves that tests/report/report sees every kind of run that must fail, that what a run says cannot become markup of
# the page, and, where Chromium and its driver are installed, that the page works: a click on a failing cell shows the
# evidence, filters leave only what they must, and nothing is fetched.

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
  rerun: "qemu </script>"
  ...
END
my $BAD = $GOOD =~ s/^ok (3.*)\n/not ok $1\n$EVIDENCE/mr
	=~ s/(bus  )bus$/$1physical/mr =~ s/version 0\.1/version 0.2/r;

subtest 'verdicts of runs' => \&verdicts;
subtest 'bad calls' => \&bad_calls;
subtest 'the page as text' => \&page_text;
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
		open STDERR, '>&', \*STDOUT;
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
	is((report())[1], 2, 'no folder is a bad call');
	make_path("$FOLDER/nothing");
	my ($said, $status) = report("$FOLDER/nothing");
	is($status, 1, 'no run is a failure');
	like($said, qr/no run left a result/, 'and says so');
	is((report(write_runs('step', 'tests/other' => "1..1\nok 1\n"), 'unit'))[1], 1, 'so is a failed step');
	return;
}

sub failing_page () {
	my $folder = write_runs('page', 'gate/old/alpha-none' => $GOOD, 'gate/new/alpha-none' => $BAD);

	report($folder);
	return "$folder/index.html";
}

sub page_text () {
	open my $file, '<:encoding(UTF-8)', failing_page() or die "$!\n";
	my $html = do { local $/ = undef; <$file> };

	unlike($html, qr/<b>seen/, 'words of a run are no markup');
	unlike($html, qr{qemu </script>}, 'nor an end of the script');
	unlike($html, qr{\b(?:src|href)="(?!#)}, 'nothing is linked');
	like($html, qr{<title>busproof: FAIL</title>}, 'the title is the verdict');
	my @ids = $html =~ /\sid="([^"]+)"/g;
	my %ids;
	is(scalar(grep { $ids{$_}++ } @ids), 0, 'ids are unique');
	is_deeply([grep { !$ids{$_} } $html =~ /(?:href="#|labelledby=")([^"]+)"/g], [],
		'and all that is pointed to is there');
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
	is(script('return document.querySelectorAll("td.failed button.cell").length'), 2,
		'a cell of each table is failing');
	ok(!script('return document.getElementById("evidence").open'), 'no evidence is shown at first');
	my $cell = webdriver('POST', '/element', { using => 'css selector', value => '#matrix td.failed button.cell' });
	webdriver('POST', "/element/$cell->{+W3C_ELEMENT}/click", {});
	ok(script('return document.getElementById("evidence").open'), 'a click on it opens the dialog');
	my $shown = script('return document.getElementById("evidence").innerText');
	like($shown, qr/number: 0x800800/, 'with the evidence');
	like($shown, qr{reason: "<b>seen</b>}, 'as it was written');
	unlike($shown, qr/cpu\.clock|descriptors/, 'of this cell alone');
	like(script('return document.activeElement.id'), qr/^evidence-title$/, 'and the focus is there');
	webdriver('POST', '/actions', { actions => [{ type => 'key', id => 'keys',
		actions => [map { { type => $_, value => "\x{e00c}" } } qw(keyDown keyUp)] }] });
	ok(!script('return document.getElementById("evidence").open'), 'Escape closes it');
	is(script('return document.activeElement.className'), 'cell', 'and the focus is back');
	filter_for('qemu', 'old');
	is(script('return [...document.querySelectorAll("#matrix tr.item")].filter((row) => !row.hidden).length'), 1,
		'a filter leaves one row of the matrix');
	filter_for('verdict', 'failed');
	is(script('return [...document.querySelectorAll("#matrix tr.item")].filter((row) => !row.hidden).length'), 0,
		'and no row when nothing fits');
	is(script('return performance.getEntriesByType("resource").length'), 0, 'nothing is fetched');
	cmp_ok(script('document.querySelector("#filters").reset(); return document.documentElement.scrollWidth'), '<=',
		script('return window.innerWidth'), 'the page is not wider than a telephone');
	return;
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
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
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
