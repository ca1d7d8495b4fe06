#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that every program of tests/ answers --help and --version with status 0, at once and on standard output.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find qw(find);
use Test::More;

my $TESTS = dirname(dirname(abs_path(__FILE__)));
my @programs;

# A file that can be run, and is no test.
find({ no_chdir => 1, wanted => sub { push @programs, s{^\Q$TESTS\E/}{}r if -f && -x _ && !/\.t$/ } }, $TESTS);
cmp_ok(scalar @programs, '>=', 14, 'there are programs');
for my $program (sort @programs) {
	my $help = said($program, '--help');
	is($?, 0, "$program --help");
	cmp_ok(length $help, '>', 100, 'says what it does');
	like(said($program, '--version'), qr/\Abusproof \S+ \S+\n\z/, "$program --version");
	is($?, 0, 'and ends with status 0');
}
done_testing();

sub said ($program, $word) {
	open my $pipe, '-|', "$TESTS/$program", $word or die "$program: $!\n";
	my $text = do { local $/ = undef; <$pipe> // '' };
	close $pipe;
	return $text;
}
