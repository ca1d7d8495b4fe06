#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves, where Chromium and its driver are installed, that the page works: links lead to points and evidence, filters
# and the address agree, and nothing is fetched. Drives them through the WebDriver protocol.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(WNOHANG);
use Test::More;
use Time::HiRes qw(sleep time);

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Report qw(failing_page);

use constant { DRIVER_SECONDS => 30, W3C_ELEMENT => 'element-6066-11e4-a52e-4f735466cecf' };

my $FOLDER = tempdir(CLEANUP => 1);
my ($session, $address);

subtest 'the page in a browser' => \&page_in_browser;
done_testing();

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
