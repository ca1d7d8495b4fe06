#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Leaves a summary as the note of busproof on the merge request (GitLab) or pull request (GitHub) that this job is for,
# and writes over the note that it left there before: note.pl SUMMARY.md.
#
# Everything else is told by the service's own variables. GitHub: GITHUB_ACTIONS, GITHUB_API_URL, GITHUB_REPOSITORY,
# GITHUB_EVENT_PATH, and GITHUB_TOKEN, with pull-requests: write. GitLab: GITLAB_CI, CI_API_V4_URL,
# CI_MERGE_REQUEST_PROJECT_ID, CI_MERGE_REQUEST_IID, and BUSPROOF_TOKEN, of the scope api and the role Reporter.
#
# The exit status is 0 when the note is there, and also when there is nothing to leave it on or the token may not, as in
# what comes from a fork: the summary of the job and the report say the same. It is 1 when the service does not answer
# as it should, 2 when a word or a variable is bad.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp;
use JSON::PP ();

use constant MARK => '<!-- busproof -->';
use constant { LONGEST => 60_000, PAGE => 100, PAGES => 20 };

my $JSON = JSON::PP->new->utf8->canonical;
# What each service calls things: how a token is given, and how a note is changed.
my %SERVICES = (
	GitHub => { there => 'GITHUB_ACTIONS', token => 'GITHUB_TOKEN', header => 'Authorization: Bearer ',
		change => 'PATCH', notes => \&github_notes },
	GitLab => { there => 'GITLAB_CI', token => 'BUSPROOF_TOKEN', header => 'PRIVATE-TOKEN: ',
		change => 'PUT', notes => \&gitlab_notes },
);

exit main(@ARGV);

sub main (@words) {
	return answer($words[0]) if @words == 1 && $words[0] =~ /^--(?:help|version)$/;
	my ($bad) = grep { /^-/ } @words;
	return bad("$bad: not understood; --help says more") if defined $bad;
	return bad('usage: note.pl SUMMARY.md; --help says more') if @words != 1;
	my $left = eval { leave(text_of($words[0])) };

	return say_status($left, 0) if defined $left;
	return bad($@->{bad}) if ref $@;
	return say_status($@, 1);
}

sub bad ($text) {
	print STDERR "note.pl: $text\n";
	return 2;
}

sub say_status ($text, $status) {
	print { $status ? *STDERR : *STDOUT } 'note.pl: ', $text =~ s/\n*\z/\n/r;
	return $status;
}

# As the shell scripts do it, which say what busproof this is.
sub answer ($word) {
	return system('sh', '-c', '. "$(dirname "$0")/common.sh"; answer 0 0 "$@"', abs_path(__FILE__), $word) >> 8;
}

sub text_of ($path) {
	open my $file, '<:encoding(UTF-8)', $path or die { bad => "$path: $!" };
	my $text = do { local $/ = undef; <$file> // '' };

	die { bad => "$path: does not begin with @{[MARK]}: is it the summary.md of report.sh?" }
		if index($text, MARK) != 0;
	return $text if length $text <= LONGEST;
	return substr($text, 0, LONGEST) . "\n~~~~~~~~\nand more, which is too long here";
}

# Prints nothing; what came of it is returned as a sentence.
sub leave ($text) {
	my ($name) = grep { $ENV{$SERVICES{$_}{there}} } sort keys %SERVICES;
	die { bad => 'this is neither a job of GitHub nor of GitLab' } if !$name;
	my $service = $SERVICES{$name};
	my $notes = $service->{notes}->() // return 'this job is for no merge request, so that no note is left';
	my $token = $ENV{$service->{token}} || return "there is no $service->{token}, so that no note is left";
	die { bad => "$service->{token}: is no token" } if $token !~ /^[!-~]+\z/ || $token =~ /["\\]/;
	my $header = $service->{header} . $token;

	my ($status, $earlier) = find($notes->{list}, $header);
	($status) = $status != 200 ? $status : defined $earlier
		? call($service->{change}, "$notes->{one}/$earlier", $header, { body => $text })
		: call('POST', $notes->{list}, $header, { body => $text });
	return "$name does not let this job leave a note (HTTP $status), as in a fork" if $status =~ /^40[13]$/;
	die "$notes->{list}: answered with HTTP $status\n" if $status !~ /^20[01]$/;
	return defined $earlier ? 'the earlier note was written over' : 'a note was left';
}

# ---- The services -------------------------------------------------------------------------------------------------

# Where the notes are: list, and one, behind which its number comes. Nothing when there is no request.
sub github_notes () {
	my $event = eval { $JSON->decode(bytes_of(needed('GITHUB_EVENT_PATH'))) } // {};
	my $number = $event->{pull_request}{number} // return undef;
	my $issues = needed('GITHUB_API_URL') . '/repos/' . needed('GITHUB_REPOSITORY') . '/issues';

	return { list => "$issues/$number/comments", one => "$issues/comments" };
}

sub gitlab_notes () {
	my $number = $ENV{CI_MERGE_REQUEST_IID} || return undef;
	my $list = needed('CI_API_V4_URL') . '/projects/' . needed('CI_MERGE_REQUEST_PROJECT_ID')
		. "/merge_requests/$number/notes";

	return { list => $list, one => $list };
}

sub needed ($name) {
	return $ENV{$name} || die { bad => "$name: is not set" };
}

# (status of the last answer, number of our note or nothing)
sub find ($list, $header) {
	my $status;

	for my $page (1 .. PAGES) {
		($status, my $notes) = call('GET', "$list?per_page=@{[PAGE]}&page=$page", $header);
		return $status if $status != 200;
		die "$list: answered with something that is no list\n" if ref $notes ne 'ARRAY';
		my ($ours) = grep { index($_->{body} // '', MARK) == 0 } @$notes;
		return ($status, $ours->{id}) if $ours;
		last if @$notes < PAGE;
	}
	return $status;
}

# (HTTP status, what was answered). The token is in a file that nobody else can read, and in no list of processes.
sub call ($method, $url, $header, $body = undef) {
	my $config = File::Temp->new;
	my $sent = File::Temp->new;
	my $answer = File::Temp->new;

	print {$config} qq{header = "$header"\n};
	print {$config} qq{header = "Content-Type: application/json"\ndata-binary = "\@$sent"\n} if $body;
	print {$sent} $JSON->encode($body) if $body;
	$config->flush;
	$sent->flush;
	my @retry = $method eq 'GET' ? qw(--retry 3) : ();
	open my $pipe, '-|', qw(curl --silent --show-error --max-time 60), @retry, '--config', "$config", '--request',
		$method, '--output', "$answer", '--write-out', '%{http_code}', $url or die "curl: $!\n";
	my $status = <$pipe> // '';
	close $pipe or die "$url: curl ended with status @{[$? >> 8]}\n";
	return ($status, eval { $JSON->decode(bytes_of("$answer")) });
}

sub bytes_of ($path) {
	open my $file, '<:raw', $path or die "$path: $!\n";
	return do { local $/ = undef; <$file> // '' };
}
