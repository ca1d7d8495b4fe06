#!/usr/bin/perl
# Proves that programs answer --help and --version with status 0, at once and on standard output.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

my $TESTS = dirname(dirname(abs_path(__FILE__)));
my @PROGRAMS = qw(gate/boot gate/runs gate/tap gate/stale-deviations report/compare report/matrix report/deviations
	report/report bench/bench sabotage/sabotage spec/report lint/includes);

for my $program (@PROGRAMS) {
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
