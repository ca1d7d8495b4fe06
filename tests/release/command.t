#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that busproof, the program, names what it can do, hands words on as they are, refuses those that mean nothing
# by their name with status 2, and writes where it is told to.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Release::Run qw(root machines);
use Testing::Program qw(run write_program);

my $FOLDER = tempdir(CLEANUP => 1);
my $BUSPROOF = root() . '/busproof';
my $QEMUS = "$FOLDER/qemus";
my $QEMU = "$QEMUS/qemu-system-alpha";
my @REFUSED = (
	[['frobnicate'], qr/\Abusproof: frobnicate: there is no such command /],
	[['--frobnicate', 'run'], qr/\Abusproof: --frobnicate: there is no such option /],
	[[], qr/\Abusproof: no command /],
	[['--into'], qr/\Abusproof: --into: names no folder /],
	[['--into='], qr/\Abusproof: --into=: names no folder /],
	[['run', 'vax'], qr/\Abusproof: run vax: none of @{[machines()]}, nor a \.cfg file /],
	[['run', '--frobnicate'], qr/\Aboot: unknown option: frobnicate \(see --help\)\n\z/],
	[['run', 'alpha', '--qemu', $FOLDER],
		qr{\Aboot: --qemu \Q$FOLDER\E/qemu-system-alpha: there is no such program }],
	[['run', '--devices', 'nonsense'], qr/\Aboot: --devices nonsense: none of [^\n]*\n\z/],
	[['gate', '--sets', 'none', '--jobs', '0'], qr/\Agate: --jobs 0: /],
	[['gate', '--sets', ''], qr/\Agate: --sets: is empty /],
	[['gate', '--sets', 'nonsense'], qr/\Agate: SETS: nonsense is none of /],
	[['gate', 'mixed'], qr/\Agate: mixed: not an option /],
	[['gate', '--qemus', 'nowhere/at-all'], qr{\Agate: QEMUS: \S*/nowhere/at-all holds neither }],
);

my $help = said('--help');
is($help->{status}, 0, 'busproof --help');
my @commands = $help->{said} =~ /^  busproof ([a-z-]+)/mg;
is(scalar @commands, 13, 'names the commands');
answers_help($_) for @commands;
like(said('--version')->{said}, qr/\Abusproof \S+\n\z/, 'busproof --version');
for my $refused (@REFUSED) {
	my $run = said($refused->[0]->@*);
	is($run->{status}, 2, "busproof @{$refused->[0]} is refused");
	like($run->{said}, $refused->[1], 'and the word is named');
}
write_qemu();
subtest 'run' => \&runs;
done_testing();

sub said (@words) { return run($FOLDER, $BUSPROOF, @words) }

sub answers_help ($command) {
	my $answer = said($command, '--help');

	is($answer->{status}, 0, "busproof $command --help");
	like($answer->{said}, qr/^usage: busproof $command\b/m, 'says how it is called');
	unlike($answer->{said}, qr{tests/(?:report|gate)/\w+ \[}, 'and by no other name');
	return;
}

# One that says what a good boot says, for each machine.
sub write_qemu () {
	write_program($QEMU, "#!$^X\nprint qq{TAP version 14\\n1..1\\nok 1 - a.b\\n# busproof: PASS\\n};\n");
	for my $machine (grep { $_ ne 'alpha' } machines()) {
		symlink 'qemu-system-alpha', "$QEMUS/qemu-system-$machine" or die "$QEMUS: $!\n";
	}
	return;
}

sub runs () {
	my @words = ('run', '--devices', 'none', '--qemu', $QEMUS);
	my $both = said('--into', 'here', @words);

	is($both->{status}, 0, 'two good boots are good') or diag($both->{said});
	like($both->{said}, qr/^alpha-none: PASS.*^sparc64-none: PASS/ms, 'both machines are shown');
	ok(-e "$FOLDER/here/gate/$_-none/serial.log", "and $_ has left its serial line") for machines();
	my $one = said('--into=there', 'run', 'sparc64', @words[1 .. 4]);
	unlike($one->{said}, qr/alpha/, 'one machine is one machine');
	ok(-e "$FOLDER/there/gate/sparc64-none" && !-e "$FOLDER/there/gate/alpha-none", 'and writes there');
	path("$FOLDER/mine.cfg")->spew_raw(said(qw(boot --machine alpha --devices none --print-config))->{said});
	my $file = said('--into=file', 'run', "$FOLDER/mine.cfg", '--qemu', $QEMU);
	like($file->{said}, qr/\Amine: PASS/, 'a configuration names its machine');
	my $failed = said('--into=failed', @words[0 .. 2], '--qemu', '/bin/true');
	is($failed->{status}, 1, 'a boot that fails fails it');
	like($failed->{said}, qr/^alpha-none: FAIL.*^sparc64-none: FAIL/ms, 'and the other machine is booted as well');
	return;
}
