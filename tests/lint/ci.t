#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/lint/ci finds nothing wrong in ci/, and that it does in a copy that was spoiled, by the file's name:
# bad YAML, a bad shell script, a script that is not there, an action of no certain version, a job without a limit.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));

for my $case (
	{ name => 'as it is', like => qr/\A\z/, status => 0 },
	{ name => 'no YAML', file => 'lava/job-alpha.yaml', from => 'actions:', to => "\tactions:",
		like => qr{^ci/lava/job-alpha\.yaml:\d+:\d+: \[error\] syntax error}m },
	{ name => 'a key twice', file => 'gitlab.yml', from => 'variables:', to => "stages: []\nvariables:",
		like => qr{^ci/gitlab\.yml:\d+:\d+: \[error\] duplication of key}m },
	{ name => 'a word that is not quoted', file => 'scripts/fetch.sh', from => '"$archive.part" "$url"',
		to => '$archive.part $url',
		like => qr{^ci/scripts/fetch\.sh:\d+:\d+: note: Double quote .*\[SC2086\]$}m },
	{ name => 'a script that is not there', file => 'gitlab.yml', from => 'busproof/report.sh',
		to => 'busproof/join.sh',
		like => qr{^ci/gitlab\.yml: calls join\.sh, which is no program of ci/scripts$}m },
	{ name => 'a version in part', file => 'github.yml', from => 'cache@v5.0.0', to => 'cache@v5',
		like => qr{^ci/github\.yml: gate: actions/cache\@v5 is not given with its full version$}m },
	{ name => 'no limit', file => 'github.yml', from => '    timeout-minutes: 60', to => '',
		like => qr{^ci/github\.yml: build: has no timeout-minutes$}m },
	{ name => 'no permissions', file => 'github.yml', from => "    permissions:\n      contents: read\n    steps",
		to => '    steps', like => qr{^ci/github\.yml: build: has no permissions$}m },
) {
	my $folder = tempdir(CLEANUP => 1);

	system('cp', '-R', "$ROOT/ci", "$ROOT/.ci", $folder) == 0 or die "$folder: cp failed\n";
	spoil("$folder/ci/$case->{file}", $case->{from}, $case->{to}) if $case->{file};
	my ($said, $status) = ci($folder);
	like($said, $case->{like}, $case->{name});
	is($status, $case->{status} // 1, "$case->{name}: exit status");
}

for my $case (
	{ words => ['--frobnicate'], status => 2, like => qr/^ci: --frobnicate: not understood/ },
	{ words => ['.', 'second'], status => 2, like => qr/^ci: second: not understood/ },
	{ words => ["$ROOT/docs"], status => 2, like => qr{^ci: \S+/docs: holds no ci/$} },
	{ words => ['--help'], status => 0, like => qr/^usage: / },
) {
	my ($said, $status) = ci($case->{words}->@*);
	like($said, $case->{like}, "@{$case->{words}}");
	is($status, $case->{status}, "@{$case->{words}}: exit status");
}
subtest 'a tool that is not installed' => sub {
	local $ENV{PATH} = tempdir(CLEANUP => 1);
	my ($said, $status) = ci($ROOT);
	like($said, qr/^ci: yamllint: cannot be run .*; make setup installs it$/m, 'is named');
	is($status, 2, 'and is no pass');
};
done_testing();

# All of a file's places are changed, and one at least.
sub spoil ($path, $from, $to) {
	my $text = path($path)->slurp_raw;

	$text =~ s/\Q$from\E/$to/g or die "$path: holds no $from\n";
	path($path)->spew_raw($text);
	return;
}

sub ci (@words) { return said_by($^X, "$ROOT/tests/lint/ci", @words) }
