#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that ci/scripts/note.pl leaves one note, on GitHub and on GitLab, and writes over it when it comes again; that
# it fails no job that may not write; and that it says what is wrong when the service does not answer as it should. A
# server on this computer stands in for both.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP qw(decode_json encode_json);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Ci::Scripts;
use Ci::Server;

my $TOKEN = 'secret-token';
my $TEXT = qq{<!-- busproof -->\n### busproof: PASS\n"quoted" \xc3\xa9\n};
my $OURS = { id => 12, body => "<!-- busproof -->\nearlier" };
my @OTHERS = ({ id => 10, body => 'a note' }, { id => 11, body => 'about <!-- busproof -->' });

my $ci = Ci::Scripts->new;
my $summary = $ci->write('summary.md', $TEXT);
my %github = (GITHUB_ACTIONS => 'true', GITHUB_REPOSITORY => 'some/fork', GITHUB_TOKEN => $TOKEN,
	GITHUB_EVENT_PATH => $ci->write('event', '{"pull_request":{"number":7}}'));
my %gitlab = (GITLAB_CI => 'true', CI_MERGE_REQUEST_PROJECT_ID => 5, CI_MERGE_REQUEST_IID => 7,
	BUSPROOF_TOKEN => $TOKEN);

subtest 'GitHub, the first time' => sub {
	my @asked = noted(\%github, [[200, \@OTHERS], [201, {}]], 0, qr/^note\.pl: a note was left$/);
	my $comments = '/repos/some/fork/issues/7/comments';
	is_deeply([map { "$_->{method} $_->{path}" } @asked], ["GET $comments?per_page=100&page=1", "POST $comments"],
		'what was asked');
	is($_->{headers}{authorization}, "Bearer $TOKEN", 'with the token') for @asked;
	is(decode_json($asked[1]{body})->{body}, $TEXT =~ s/\xc3\xa9/\x{e9}/r, 'and the text as it is');
};
subtest 'GitHub, again' => sub {
	my @asked = noted(\%github, [[200, [(@OTHERS) x 50]], [200, [$OURS]], [200, {}]], 0, qr/written over$/);
	is($asked[1]{path}, '/repos/some/fork/issues/7/comments?per_page=100&page=2', 'a second page is looked at');
	is("$asked[2]{method} $asked[2]{path}", 'PATCH /repos/some/fork/issues/comments/12', 'and the note changed');
};
subtest 'GitHub, from a fork' => sub {
	noted(\%github, [[200, []], [403, { message => 'not accessible' }]], 0, qr/does not let this job .*HTTP 403/);
	noted({ %github, GITHUB_TOKEN => '' }, [], 0, qr/there is no GITHUB_TOKEN/);
};
subtest 'GitHub, for no pull request' => sub {
	noted({ %github, GITHUB_EVENT_PATH => $ci->write('push', '{"ref":"x"}') }, [], 0, qr/for no merge request/);
};
subtest 'GitLab' => sub {
	my @asked = noted(\%gitlab, [[200, []], [201, {}]], 0, qr/a note was left$/);
	is("$asked[1]{method} $asked[1]{path}", 'POST /projects/5/merge_requests/7/notes', 'where');
	is($asked[1]{headers}{'private-token'}, $TOKEN, 'with the token');
	@asked = noted(\%gitlab, [[200, [$OURS]], [200, {}]], 0, qr/written over$/);
	is("$asked[1]{method} $asked[1]{path}", 'PUT /projects/5/merge_requests/7/notes/12', 'and the note changed');
	noted({ %gitlab, BUSPROOF_TOKEN => '' }, [], 0, qr/there is no BUSPROOF_TOKEN/);
	noted({ %gitlab, CI_MERGE_REQUEST_IID => '' }, [], 0, qr/for no merge request/);
	noted(\%gitlab, [[401, {}]], 0, qr/does not let this job .*HTTP 401/);
};
subtest 'what goes wrong' => sub {
	noted(\%github, [[404, {}]], 1, qr{/issues/7/comments: answered with HTTP 404$});
	noted(\%github, [[200, []], [500, {}]], 1, qr/answered with HTTP 500$/);
	noted(\%github, [[200, { message => 'odd' }]], 1, qr/is no list$/);
	noted({ %github, GITHUB_API_URL => 'http://127.0.0.1:1' }, [], 1, qr/curl ended with status 7$/);
	noted({ %github, GITHUB_TOKEN => "two\nlines" }, [], 2, qr/^note\.pl: GITHUB_TOKEN: is no token$/);
	noted({ %github, GITHUB_REPOSITORY => '' }, [], 2, qr/^note\.pl: GITHUB_REPOSITORY: is not set$/);
	noted({}, [], 2, qr/neither a job of GitHub nor of GitLab/);
};
subtest 'words' => sub {
	like($ci->run('note.pl')->{said}, qr/^note\.pl: usage: note\.pl SUMMARY\.md/, 'none');
	like($ci->run('note.pl', '--frob')->{said}, qr/^note\.pl: --frob: not understood/, 'an option');
	like($ci->run('note.pl', 'absent.md')->{said}, qr/^note\.pl: absent\.md: No such file/, 'no file');
	my $other = $ci->run('note.pl', $ci->write('other.md', "# Other\n"));
	is($other->{status}, 2, 'another file');
	like($other->{said}, qr/is it the summary\.md of report\.sh\?/, 'is named');
};
subtest 'a text that is too long' => sub {
	$ci->write('summary.md', "<!-- busproof -->\n" . "a line\n" x 20_000);
	my @asked = noted(\%github, [[200, []], [201, {}]], 0, qr/a note was left$/);
	cmp_ok(length decode_json($asked[1]{body})->{body}, '<', 65_536, 'is cut');
};
done_testing();

# Runs it in a job with these variables; the service gives these answers, and no more. Returns what it was asked.
sub noted ($variables, $answers, $status, $like) {
	my $server = Ci::Server->start(sub ($request, $count) {
		my ($code, $data) = ($answers->[$count - 1] // [599, {}])->@*;
		return ($code, encode_json($data));
	});
	local %ENV = (%ENV, GITHUB_API_URL => $server->url, CI_API_V4_URL => $server->url, %$variables);
	my $run = $ci->run('note.pl', $summary);

	is($run->{status}, $status, 'status') or diag($run->{said});
	like((split /\n/, $run->{said})[-1], $like, 'what it says');
	unlike($run->{said}, qr/\Q$TOKEN\E/, 'but not the token');
	my @asked = $server->requests;
	is(scalar @asked, scalar @$answers, 'and no more is asked');
	return @asked;
}
