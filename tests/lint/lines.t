#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/lint/lines names each line that is too wide, and no other: at the limit and one beyond it, with tabs
# and with letters of several bytes, in files of every kind.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $LINES = dirname(abs_path(__FILE__)) . '/lines';

for my $case (
	{ name => 'as wide as may be', text => 'x' x 120 },
	{ name => 'one too wide', text => 'x' x 121, columns => 121 },
	{ name => 'tabs, as wide as may be', text => "\t" x 14 . 'x' x 8 },
	{ name => 'a tab is eight', text => "\t" x 15 . 'x', columns => 121 },
	{ name => 'a tab after letters goes on to the next eight', text => "abc\t" . "\t" x 14 . 'x', columns => 121 },
	{ name => 'letters of two bytes count once', text => "\xc3\xa9" x 120 },
	{ name => 'ends of lines of another system', text => 'x' x 120 . "\r" },
	{ name => 'no end of line', text => 'x' x 130, end => '', columns => 130 },
	{ name => 'prose', file => 'README.md', text => 'x' x 200 },
	{ name => 'a table of data', file => 'clauses.tsv', text => 'x' x 200 },
	{ name => 'what is built', file => 'build/made.c', text => 'x' x 200 },
	{ name => 'a program without a suffix', file => 'tests/gate/boot', text => 'x' x 200, columns => 200 },
	{ name => 'a file whose name begins with a dot', file => '.editorconfig', text => 'x' x 200, columns => 200 },
) {
	my $file = $case->{file} // 'source.c';
	my $folder = tempdir(CLEANUP => 1);
	my $end = $case->{end} // "\n";

	path("$folder/good.c")->spew_raw("good\n");
	path("$folder/$file")->touchpath->spew_raw("good\n\n$case->{text}$end");
	my ($said, $status) = lines($folder);
	is($said, $case->{columns} ? "$file:3: $case->{columns} columns\n" : '', $case->{name});
	is($status, $case->{columns} ? 1 : 0, "$case->{name}: exit status");
}

for my $case (
	{ words => ['--frobnicate'], status => 2, like => qr/^lines: --frobnicate: not understood/ },
	{ words => ['.', 'second'], status => 2, like => qr/^lines: second: not understood/ },
	{ words => ['/nonexistent/folder'], status => 2, like => qr{^lines: /nonexistent/folder: no such folder$}m },
	{ words => [tempdir(CLEANUP => 1)], status => 2, like => qr/: no files$/m },
	{ words => ['--help'], status => 0, like => qr/^usage: / },
) {
	my ($said, $status) = lines($case->{words}->@*);
	like($said, $case->{like}, "@{$case->{words}}");
	is($status, $case->{status}, "@{$case->{words}}: exit status");
}

done_testing();

sub lines (@words) { return said_by($^X, $LINES, @words) }
