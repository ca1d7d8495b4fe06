#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the manual page is mdoc without a fault, has every command of busproof, and names every option and
# variable that --help of that command names.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Release::Run qw(root content);
use Testing::Program qw(run);

my $PAGE = root() . '/docs/busproof.1';
my %OF_BOTH = map { $_ => 1 } qw(help version);

# Whether manuals of others are installed is the machine's.
my @faults = grep { !/mandoc\.db/ } split /\n/, run(root(), qw(mandoc -T lint -W style), $PAGE)->{said};
is("@faults", '', 'mandoc finds no fault');

my ($top, %section) = split /^\.Ss (\S+)\n/m, content($PAGE) =~ s/^\.Sh ENVIRONMENT.*//msr;
my $help = run(root(), './busproof', '--help')->{said};
my @commands = $help =~ /^  busproof ([a-z-]+)/mg;
is_deeply([sort keys %section], [sort @commands], 'every command has its section, and no other is there');
named($top, 'busproof', $help =~ s/^  busproof.*?(?=^  --into)//msr);
for my $command (grep { $_ ne 'run' } @commands) {
	like($top, qr/^\.Cm $command$/m, "$command is in the synopsis");
	named($section{$command}, $command, run(root(), './busproof', $command, '--help')->{said});
}
done_testing();

sub named ($text, $name, $help) {
	my @missing = grep { !$OF_BOTH{$_} && $text !~ /^\.(?:It )?Fl -\Q$_\E\b/m } $help =~ /^  --([a-z-]+)/mg;

	is("@missing", '', "all options of $name are there");
	return;
}
