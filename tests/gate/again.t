#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a boot is repeated only when that can tell anything, and that what fails twice still fails: with
# programs that fail once, always, in too many points, or in what the host has seen.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_alone);

my $LIB = dirname(abs_path(__FILE__)) . '/lib';
my $FOLDER = tempdir(CLEANUP => 1);
my $GOOD = "1..2\nok 1 - a.b\nok 2 - a.c\n";
my $BAD = "1..2\nok 1 - a.b\nnot ok 2 - a.c\n  ---\n  reason: \"late\"\n  ...\n";
my $OTHER = "1..2\nnot ok 1 - a.b\nok 2 - a.c\n";
my $MANY = join '', "1..50\n", map { "not ok $_ - a.$_\n" } 1 .. 50;
my $HOST = "1..1\nnot ok 1 - host: the last line\n";

judge('good', [[$GOOD, 0]], 0, $GOOD);
judge('fails once', [[$BAD, 1], [$GOOD, 0]], 0, "$GOOD# unsteady: a.c: failed once, and not when booted again: late\n");
judge('fails twice', [[$BAD, 1], [$BAD, 1]], 1, $BAD);
judge('fails elsewhere', [[$BAD, 1], [$OTHER, 1]], 1,
	"$OTHER# unsteady: a.c: failed once, and not when booted again: late\n");
judge('unsteady by itself', [["# unsteady: a.b: slow\n# unsteady: a.c: slow\n$BAD", 1], [$BAD, 1]], 1,
	"$BAD# unsteady: a.b: slow\n");
judge('too many', [[$MANY, 1], [$GOOD, 0]], 1, $MANY);
judge('the host', [[$HOST, 1], [$GOOD, 0]], 1, $HOST);
judge('a bad option', [['', 2], [$GOOD, 0]], 2, '');
judge('a status without a failure', [[$GOOD, 1], [$GOOD, 0]], 1, $GOOD);
done_testing();

sub judge ($name, $boots, $status, $said) {
	path("$FOLDER/$_")->spew_raw($boots->[$_ - 1][0]) for 1 .. @$boots;
	unlink "$FOLDER/count";
	my $script = 'echo x >>count; n=$(wc -l <count); cat $n; set -- ' . join(' ', map { $_->[1] } @$boots)
		. '; shift $((n - 1)); exit $1';
	my ($output, $is) = output_alone($^X, "-I$LIB", '-MGate::Again', '-e',
		'chdir shift; exit Gate::Again::run("sh", "-c", @ARGV)', $FOLDER, $script);
	is($is, $status, "$name: exit status");
	is($output, $said, "$name: what is printed");
	return;
}
