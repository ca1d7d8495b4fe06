#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that ci/scripts/fetch.sh brings a release that has the right checksum and no other, tries again what may pass
# by itself, takes what is kept without asking again, and says what is wrong when it does not come.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Ci::Scripts;
use Ci::Server;

my $ci = Ci::Scripts->new;
my ($archive, $sum) = small_release();
my $bytes = $ci->read('small.tar.xz');

# A server that stays busy is given up after a second, not after half a minute.
$ENV{CURL_HOME} = $ci->folder;
$ci->write('.curlrc', "retry-max-time = 1\n");

my $server = Ci::Server->start(sub ($request, $count) {
	return (200, $bytes) if $request->{path} eq '/good';
	return (503, 'busy') if $request->{path} eq '/busy' || $request->{path} eq '/once' && $count == 1;
	return $request->{path} eq '/once' ? (200, $bytes) : (404, 'nothing here');
});

subtest 'busy once' => sub {
	fetched([$server->url . '/once', $sum], 0, qr/^busproof 0\.0$/m);
	is(scalar $server->requests, 2, 'and was asked twice');
};
subtest 'kept' => sub {
	my $before = $server->requests;
	fetched([$server->url . '/good', uc $sum], 0, qr/^busproof 0\.0$/m);
	is(scalar $server->requests, $before, 'is not asked for again');
	$ci->write("busproof-work/archive/$sum.tar.xz", 'cut off');
	fetched([$server->url . '/good', $sum], 0, qr/^busproof 0\.0$/m);
	is(scalar $server->requests, $before + 1, 'unless it is damaged');
	unlink $ci->path("busproof-work/archive/$sum.tar.xz");
};
subtest 'not there' => sub {
	my $before = $server->requests;
	fetched([$server->url . '/none', $sum], 2, qr{error: 404\nfetch\.sh: http://\S+/none: could not be fetched$}m);
	is(scalar $server->requests, $before + 1, 'which is asked once');
};
subtest 'busy for ever' => sub {
	fetched([$server->url . '/busy', $sum], 2, qr{error: 503\nfetch\.sh: http://\S+/busy: could not be fetched$}m);
};
subtest 'another checksum' => sub {
	my $other = $sum =~ tr/0-9a-f/1-9a-f0/r;
	fetched([url_of($archive), $other], 2, qr/: has the SHA-256 $sum, and must have $other$/m);
	is_deeply([glob $ci->path('busproof-work/archive/*') =~ s/ /\\ /gr], [], 'and nothing of it is kept');
};
subtest 'what is no release' => sub {
	my $path = $ci->write('text', 'text');
	my $text = Digest::SHA->new(256)->addfile($path)->hexdigest;
	fetched([url_of($path), $text], 2, qr/could not be unpacked/);
	system('tar', '-C', $ci->folder, '-cJf', $ci->path('other.tar.xz'), '--transform=s,^,other/,', 'text');
	my $other = Digest::SHA->new(256)->addfile($ci->path('other.tar.xz'))->hexdigest;
	fetched([url_of($ci->path("other.tar.xz")), $other], 2, qr{busproof-work/release/busproof: is not there});
};
subtest 'words' => sub {
	fetched([$server->url], 2, qr/^fetch\.sh: too few words/);
	fetched([$server->url, 'abc'], 2, qr/^fetch\.sh: abc: is no SHA-256/);
	fetched([$server->url, $sum, 'more'], 2, qr/^fetch\.sh: more: one word too many/);
	fetched(['--frobnicate', $sum], 2, qr/^fetch\.sh: --frobnicate: not understood/);
};
subtest 'on GitHub' => sub {
	local $ENV{GITHUB_ACTIONS} = 'true';
	fetched([$server->url . '/none', $sum], 2,
		qr{^::error title=busproof::fetch\.sh: \S+/none: could not be fetched$}m);
};
for my $script (qw(build.sh fetch.sh gate.sh note.pl prepare.sh report.sh)) {
	my $help = $ci->run($script, '--help');
	is($help->{status}, 0, "$script --help");
	like($help->{said}, qr/\A[A-Z].*\Q$script\E/s, 'says how it is called');
	unlike($help->{said}, qr/set -eu/, 'and nothing of its code');
	my $version = $ci->run($script, '--version');
	is($version->{status}, 0, "$script --version");
	like($version->{said}, qr/\Abusproof \Q$script\E \S+\n\z/, 'says the version');
}
done_testing();

sub url_of ($path) { return "file://" . $path =~ s{ }{%20}gr }

sub small_release () {
	$ci->write('small-0.0/busproof', "#!/bin/sh\necho busproof 0.0\n", 0755);
	my $path = $ci->path('small.tar.xz');
	system('tar', '-C', $ci->folder, '-cJf', $path, 'small-0.0') == 0 or die "tar: $?\n";
	return ($path, Digest::SHA->new(256)->addfile($path)->hexdigest);
}

sub fetched ($words, $status, $like) {
	my $run = $ci->run('fetch.sh', @$words);

	is($run->{status}, $status, "status of @$words");
	like($run->{said}, $like, 'what it says');
	return;
}
