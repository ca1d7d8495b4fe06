#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that every program of tests/ answers --help and --version with status 0, at once and on standard output.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find qw(find);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_of);

my $TESTS = dirname(dirname(abs_path(__FILE__)));
my @programs;

# A file that can be run, and is no test.
find({ no_chdir => 1, wanted => sub { push @programs, s{^\Q$TESTS\E/}{}r if -f && -x _ && !/\.t$/ } }, $TESTS);
cmp_ok(scalar @programs, '>=', 14, 'there are programs');
for my $program (sort @programs) {
	my ($help, $status) = output_of("$TESTS/$program", '--help');
	is($status, 0, "$program --help");
	cmp_ok(length $help, '>', 100, 'says what it does');
	(my $version, $status) = output_of("$TESTS/$program", '--version');
	like($version, qr/\Abusproof \S+ \S+\n\z/, "$program --version");
	is($status, 0, 'and ends with status 0');
}
done_testing();
